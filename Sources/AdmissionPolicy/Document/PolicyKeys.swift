internal import ImageCodecs
internal import PixelCore

/// One key of a mapping in the policy document. The tables of these drive the decoder, the defaults and `docs/policy.md`.
package struct PolicyKey: Hashable, Sendable {
    /// What may stand after the key.
    package enum Kind: Hashable, Sendable {
        /// Text.
        case text
        /// One of these words.
        case choice([String])
        /// A size in bytes with an optional unit, in this range.
        case bytes(ClosedRange<Int>)
        /// A number of pixels with an optional unit, in this range.
        case pixels(ClosedRange<Int>)
        /// A whole number in this range.
        case count(ClosedRange<Int>)
        /// A percentage or a fraction, above 0 and below 1.
        case share
        /// `true` or `false`.
        case flag
        /// A list of texts.
        case texts
        /// Something that has a section of its own in the documentation.
        case section(String)
    }

    /// The key, snake case.
    package let name: String
    /// What may stand after it.
    package let kind: Kind
    /// What holds without it, as it would be written; nil when it must be given, empty for "nothing".
    package let defaultText: String?
    /// One sentence.
    package let summary: String

    init(_ name: String, _ kind: Kind, default defaultText: String?, _ summary: String) {
        self.name = name
        self.kind = kind
        self.defaultText = defaultText
        self.summary = summary
    }
}

/// A mapping of the policy document.
package struct PolicyTable: Sendable {
    /// What messages and the documentation call it: `a route`.
    package let title: String
    /// In the order of the documentation.
    package let keys: [PolicyKey]

    /// Every mapping of a policy, outermost first.
    package static let all: [PolicyTable] = [
        document, route, match, limits, scores, forward, size, box, detector, gate, rule, condition,
        threshold, combined, failures, disclose,
    ]

    static let document = PolicyTable(
        title: "the policy",
        keys: [
            PolicyKey("version", .choice(["1"]), default: nil, "The form of the document."),
            PolicyKey("name", .text, default: nil, "Goes to every audit record."),
            PolicyKey("mode", .choice(words(PolicyMode.self)), default: "monitor", "For routes that do not say."),
            PolicyKey(
                "unmatched", .choice(words(UnmatchedAction.self)), default: "",
                "Requests that no route takes; without it deny where any route enforces, otherwise pass."),
            PolicyKey("routes", .section("a list of routes"), default: nil, "Tried in order; the first match decides."),
        ])

    static let route = PolicyTable(
        title: "a route",
        keys: [
            PolicyKey("name", .text, default: nil, "Unique; goes to records and metrics."),
            PolicyKey("match", .section("match"), default: "", "Which requests it takes; without it every one."),
            PolicyKey(
                "handle", .choice(words(RouteHandling.self)), default: "inspect",
                "inspect: the body is an image; pass: streamed through; deny: refused with 404."),
            PolicyKey("mode", .choice(words(PolicyMode.self)), default: "", "Without it the mode of the policy."),
            PolicyKey("limits", .section("limits"), default: "", "What a request may cost."),
            PolicyKey(
                "orientation", .choice(words(DecodeOptions.Orientation.self)), default: "apply",
                "Whether EXIF orientation turns the pixels."),
            PolicyKey("background", .text, default: "#ffffff", "What transparent pixels are composited over, #rrggbb."),
            PolicyKey(
                "images", .section("images"), default: "",
                "Where requests hold their image; without it the request itself says."),
            PolicyKey(
                "scores", .section("scores"), default: "auto",
                "`auto`, `none`, or where the probabilities are in the answer."),
            PolicyKey("regions", .section("boxes by name"), default: "", "Named boxes of the image."),
            PolicyKey("pipelines", .section("lists of defenses by name"), default: "", "For `forward.pipeline`."),
            PolicyKey("forward", .section("forward"), default: "", "What the model gets."),
            PolicyKey("detectors", .section("a list of detectors"), default: "", "Run in order."),
            PolicyKey(
                "calibration", .text, default: "",
                "The file that `portcullis calibrate` made for this route, beside the policy; rates need it."),
            PolicyKey(
                "gate", .section("gate"), default: "",
                "Which requests detectors with model calls run for; without it all."),
            PolicyKey("rules", .section("a list of rules"), default: "", "The most severe match decides."),
            PolicyKey("failures", .section("failures"), default: "", "What malfunctions lead to."),
            PolicyKey("disclose", .section("disclose"), default: "", "What the client is told."),
        ])

    static let match = PolicyTable(
        title: "match",
        keys: [
            PolicyKey("methods", .texts, default: "", "Empty for any."),
            PolicyKey("paths", .texts, default: "", "`*` is one segment, a final `**` the rest. Empty for any."),
            PolicyKey("hosts", .texts, default: "", "Without port. Empty for any."),
        ])

    static let limits = PolicyTable(
        title: "limits",
        keys: [
            PolicyKey("body_bytes", .bytes(1...1_000_000_000), default: "20 MB", "Larger bodies are refused with 413."),
            PolicyKey("width", .count(1...65_535), default: "16384", "Columns."),
            PolicyKey("height", .count(1...65_535), default: "16384", "Rows."),
            PolicyKey("pixels", .pixels(1...1_000_000_000), default: "50 MP", "Columns times rows."),
            PolicyKey(
                "working_bytes", .bytes(1...4_000_000_000), default: "256 MB",
                "What a decoder may hold beside the samples, such as a progressive JPEG's coefficients."),
            PolicyKey("progressive_scans", .count(1...1000), default: "100", "Scans of a progressive JPEG."),
            PolicyKey(
                "ancillary_bytes", .bytes(0...100_000_000), default: "8 MB",
                "What a PNG's compressed text and profile chunks inflate to."),
            PolicyKey(
                "extra_calls", .count(0...64), default: "",
                "Model calls beside the client's own; without it what the detectors ask for."),
        ])

    static let images = PolicyTable(
        title: "images",
        keys: [
            PolicyKey(
                "from", .choice(["auto", "body"]), default: "auto",
                "`auto`: in the body itself, in a form's part or in a JSON text (docs/protocols.md). `body`: the whole body, whatever "
                    + "it may be.")
        ])

    static let scores = PolicyTable(
        title: "scores",
        keys: [
            PolicyKey(
                "labels", .text, default: "", "JSON pointer (`*` for every member) to an object label→probability."),
            PolicyKey("array", .text, default: "", "JSON pointer (`*` for every member) to an array of probabilities."),
            PolicyKey("names", .texts, default: "", "Labels of an array; without them positions."),
        ])

    static let forward = PolicyTable(
        title: "forward",
        keys: [
            PolicyKey(
                "pixels", .choice(words(ForwardPlan.Pixels.self)), default: "sanitized",
                "original: the client's own bytes; sanitized: decoded and encoded anew."),
            PolicyKey(
                "size", .section("size"), default: "", "The model's input size; the image is resized to it by area."),
            PolicyKey(
                "pipeline", .section("a name or a list of defenses"), default: "", "Applied to what is forwarded."),
            PolicyKey(
                "format", .choice(words(ForwardPlan.Format.self)), default: "auto",
                "auto: stored PNG up to 4 MB, then PNG level 1, then JPEG 95."),
            PolicyKey("max_bytes", .bytes(1000...1_000_000_000), default: "64 MB", "Largest forwarded image."),
        ])

    static let size = PolicyTable(
        title: "size",
        keys: [
            PolicyKey("width", .count(1...16_384), default: nil, "Columns."),
            PolicyKey("height", .count(1...16_384), default: nil, "Rows."),
        ])

    static let box = PolicyTable(
        title: "a box",
        keys: [
            PolicyKey(
                "x", .text, default: nil, "From the anchor's side to the box: pixels, or a fraction such as 0.75."),
            PolicyKey("y", .text, default: nil, "The same from the anchor's top or bottom."),
            PolicyKey("width", .text, default: nil, "Columns, or a fraction."),
            PolicyKey("height", .text, default: nil, "Rows, or a fraction."),
            PolicyKey(
                "anchor", .choice(words(RegionBox.Anchor.self)), default: "top-left",
                "The corner of the page that x and y start from."),
            PolicyKey(
                "pipeline", .section("a name or a list of defenses"), default: "",
                "Applied to this box of what is forwarded, after `forward.pipeline`."),
        ])

    static let detector = PolicyTable(
        title: "a detector",
        keys: [
            PolicyKey("use", .text, default: nil, "Its name; its parameters stand beside it (`portcullis catalogue`).")
        ])

    static let gate = PolicyTable(
        title: "gate",
        keys: [
            PolicyKey("when", .section("a condition"), default: "", "Opens it; looks at what needs no answer."),
            PolicyKey("sample", .share, default: "", "Opens it for this share of the other requests."),
            PolicyKey(
                "margin_below", .text, default: "",
                "Opens it when the answer's two largest probabilities differ by less."),
            PolicyKey("stakes", .texts, default: "", "Opens it when the answer's top label is one of these."),
        ])

    static let rule = PolicyTable(
        title: "a rule",
        keys: [
            PolicyKey("name", .text, default: "", "The reason code in the record; without it rule-1, rule-2, …"),
            PolicyKey("when", .section("a condition"), default: nil, "When it matches."),
            PolicyKey("then", .choice(words(VerdictKind.self)), default: nil, "What it asks for."),
        ])

    static let condition = PolicyTable(
        title: "a condition",
        keys: [
            PolicyKey("all", .section("a list of conditions"), default: "", "Every one matches."),
            PolicyKey("any", .section("a list of conditions"), default: "", "Some one matches."),
            PolicyKey("not", .section("a condition"), default: "", "It does not match."),
            PolicyKey("detector", .text, default: "", "With `above: a threshold` or `finding: word`."),
            PolicyKey("above", .section("a threshold"), default: "", "The detector's score is above it (strictly)."),
            PolicyKey("combined", .section("a rate"), default: "", "All detectors together are as odd as that."),
            PolicyKey("finding", .text, default: "", "The detector reported this word."),
            PolicyKey("format", .choice(words(ImageFormat.self)), default: "", "The image has this format."),
            PolicyKey("pixels_above", .pixels(1...1_000_000_000), default: "", "The image has more pixels."),
            PolicyKey("label", .texts, default: "", "The answer's top label is one of these."),
            PolicyKey("confidence_below", .text, default: "", "The answer's smallest top probability is below it."),
        ])

    static let threshold = PolicyTable(
        title: "a threshold",
        keys: [
            PolicyKey("raw", .text, default: "", "The score itself."),
            PolicyKey(
                "rate", .share, default: "",
                "At most this share of the calibration's clean images looks as odd; needs `calibration`."),
        ])

    static let combined = PolicyTable(
        title: "a rate",
        keys: [
            PolicyKey(
                "rate", .share, default: nil,
                "At most this share of the calibration's clean images looks as odd; needs `calibration`.")
        ])

    static let failures = PolicyTable(
        title: "failures",
        keys: [
            PolicyKey(
                "undecodable", .choice(words(VerdictKind.self)), default: "reject", "The body is no decodable image."),
            PolicyKey(
                "detector", .choice(words(VerdictKind.self)), default: "flag",
                "A detector failed; a failed defense is an error (500) whatever stands here."),
            PolicyKey(
                "degraded", .choice(words(VerdictKind.self)), default: "flag", "A copy that was due got no answer."),
            PolicyKey(
                "scores_missing", .choice(words(VerdictKind.self)), default: "flag", "The answer holds no scores."),
            PolicyKey(
                "audit", .choice(["forward", "reject"]), default: "reject",
                "The record cannot be written; reject answers 503."),
        ])

    static let disclose = PolicyTable(
        title: "disclose",
        keys: [
            PolicyKey("flag", .flag, default: "false", "A flagged answer says so."),
            PolicyKey(
                "divert", .flag, default: "true", "A diverted request says so; otherwise it looks like a rejection."),
        ])

    /// The words of an enumeration.
    private static func words<E: CaseIterable & RawRepresentable>(_ type: E.Type) -> [String]
    where E.RawValue == String {
        E.allCases.map(\.rawValue)
    }
}
