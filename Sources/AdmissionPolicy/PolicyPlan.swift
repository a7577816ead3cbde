package import AdversarialDetectors
package import ImageCodecs
package import ImageDefenses
package import PixelCore

/// A checked policy: immutable, ready to run. Made from a `PolicyDocument` alone.
package struct PolicyPlan: Sendable {
    /// `name:` of the document.
    package let name: String
    /// SHA-256 of the document's bytes, 64 hex digits.
    package let sha256: String
    /// Where it was read from, for messages: a path, or `built-in:balanced`.
    package let origin: String
    /// What the document says about requests that no route matches; nil when it says nothing.
    package let givenUnmatched: UnmatchedAction?
    /// Tried in order; the first match decides.
    package let routes: [RoutePlan]
    /// Things that are allowed but probably not meant, for `policy check` and the log at start.
    package let warnings: [PolicyMistake]

    /// What happens to a request that no route matches: what the document says, otherwise deny where a route enforces.
    package var unmatched: UnmatchedAction {
        givenUnmatched ?? (routes.contains { $0.mode == .enforce } ? .deny : .pass)
    }

    /// This plan with every route in `mode`, as the command line may ask. Calls that monitor mode needs are added.
    package func with(mode: PolicyMode) -> PolicyPlan {
        let changed = routes.map { route in
            var copy = route
            copy.mode = mode
            copy.extraCalls = max(
                route.extraCalls,
                RouteDecoder.callsNeeded(
                    route.detectors, forward: route.forward, mode: mode, rulesNeedAnswer: route.rulesNeedAnswer))
            return copy
        }
        return PolicyPlan(
            name: name, sha256: sha256, origin: origin, givenUnmatched: givenUnmatched, routes: changed,
            warnings: warnings)
    }

    /// This plan with these warnings.
    func with(warnings: [PolicyMistake]) -> PolicyPlan {
        PolicyPlan(
            name: name, sha256: sha256, origin: origin, givenUnmatched: givenUnmatched, routes: routes,
            warnings: warnings)
    }
}

/// What happens to a request that no route matches.
package enum UnmatchedAction: String, Hashable, Sendable, CaseIterable {
    /// Forwarded without inspection, streamed.
    case pass
    /// Refused with 404.
    case deny
}

/// Whether verdicts are carried out.
package enum PolicyMode: String, Hashable, Sendable, CaseIterable {
    /// The client's own bytes go on, the model's own answer comes back; the verdict is recorded.
    case monitor
    /// Verdicts are carried out.
    case enforce
}

/// One route of a policy, ready to run.
package struct RoutePlan: Sendable {
    /// Unique in the policy.
    package let name: String
    /// Which requests it takes.
    package let match: RouteMatch
    /// Whether verdicts are carried out.
    package fileprivate(set) var mode: PolicyMode
    /// What happens with a matched request: inspected, streamed through, or refused.
    package let handling: RouteHandling
    /// Bodies larger than this are refused with 413.
    package let bodyBytes: Int
    /// What the decoder may spend.
    package let decodeLimits: DecodeLimits
    /// How the decoder treats orientation and alpha.
    package let decodeOptions: DecodeOptions
    /// Where the scores are in the model's answer.
    package let scores: ScoreLocation
    /// Named boxes, for what treats parts of an image apart.
    package let regions: [RegionBox]
    /// Named lists of defenses, by name; those that `forward` uses are in it.
    package let pipelines: [DefensePipeline]
    /// What the model gets.
    package let forward: ForwardPlan
    /// In the order of the policy; tier 0 ones run before the plan stage.
    package internal(set) var detectors: [PlannedDetector]
    /// Tried in order; the most severe match decides, the first of equals.
    package internal(set) var rules: [PolicyRule]
    /// What malfunctions lead to.
    package let failures: FailurePlan
    /// What the client is told.
    package let disclosure: Disclosure
    /// Extra model calls that one request may cause.
    package fileprivate(set) var extraCalls: Int
    /// What clean traffic of this route scores; nil when the policy names no calibration.
    package internal(set) var calibration: PlannedCalibration?
    /// Which requests the detectors with model calls run for; nil for all.
    package internal(set) var gate: TierGate?
    /// Where requests hold their image.
    package internal(set) var imageSource = ImageSource.auto
}

/// Where the requests of a route hold their image.
package enum ImageSource: String, CaseIterable, Sendable {
    /// In the body itself, in a form's part or in a JSON text, as the request says.
    case auto
    /// The whole body, whatever else it may be.
    case body
}

extension RoutePlan {
    /// What is forwarded, and what detectors compare it with in any round: every pipeline that a request may run.
    package var everyPipeline: [DefensePipeline] {
        [forward.pipeline] + copyRounds.joined()
    }

    /// The pipelines of the copies that are made at the same time: those of all detectors in one round.
    private var copyRounds: [[DefensePipeline]] {
        let rounds = detectors.map(\.detector.copyRounds)
        return (0..<(rounds.map(\.count).max() ?? 0)).map { round in
            rounds.flatMap { round < $0.count ? $0[round].map(\.pipeline) : [] }
        }
    }

    /// The most copies that one image has at the same time.
    package var mostCopiesAtOnce: Int {
        copyRounds.map(\.count).max() ?? 0
    }

    /// Bytes that one image of `shape`, at the size that is forwarded, holds at once beside itself while it is defended:
    /// what the forwarded pipeline does, or all copies of a round together, which are made at the same time.
    package func workingBytes(for shape: PixelShape) -> Int {
        // While monitoring, the client's own bytes go on and the forwarded pipeline never runs.
        let forwarding = mode == .monitor ? 0 : forward.pipeline.workingBytes(for: shape)
        return copyRounds.reduce(forwarding) { most, copies in
            max(most, copies.reduce(0) { $0 + $1.workingBytes(for: shape) })
        }
    }

    /// What the image of `shape`, at the size that is forwarded, has become when it is sent.
    package func sentShape(for shape: PixelShape) -> PixelShape {
        mode == .monitor ? shape : forward.pipeline.outputShape(for: shape)
    }

    /// The largest image that pipelines run on: of `forward.size`, or as many pixels as are decoded within its sides.
    package var largestDefended: PixelShape? {
        if let size = forward.size { return PixelShape(width: size.width, height: size.height, channels: 3) }
        let square = Int(Double(decodeLimits.pixels).squareRoot().rounded(.down))
        let width = min(decodeLimits.width, max(square, decodeLimits.pixels / max(1, decodeLimits.height)))
        let height = min(decodeLimits.height, max(1, decodeLimits.pixels / max(1, width)))
        return PixelShape(width: width, height: height, channels: 3)
    }
}

/// What happens with a matched request.
package enum RouteHandling: String, Hashable, Sendable, CaseIterable {
    /// The body holds an image: stages 1 to 10.
    case inspect
    /// Streamed through uninspected. Its body's first bytes are still sniffed: an image is then treated per `unmatched`.
    case pass
    /// Refused with 404.
    case deny
}

/// Which requests a route takes. All members must hold; an empty list holds always.
package struct RouteMatch: Hashable, Sendable {
    /// Upper case; empty for any.
    package let methods: [String]
    /// Canonical paths; `*` stands for one segment, a final `**` for the rest.
    package let paths: [String]
    /// Lower case, without port; empty for any.
    package let hosts: [String]

    /// A match, each member named.
    package init(methods: [String], paths: [String], hosts: [String]) {
        self.methods = methods
        self.paths = paths
        self.hosts = hosts
    }
}

/// Where the scores are in the model's answer.
package enum ScoreLocation: Hashable, Sendable {
    /// Found from the shape: an object of numbers, an array of numbers, or `probabilities`, `scores`, `predictions` or `outputs` with one inside.
    case automatic
    /// An object that maps labels to probabilities at this pointer (RFC 6901; `*` for every member).
    case labelMap(pointer: String)
    /// An array of probabilities at this pointer (RFC 6901; `*` for every member).
    case array(pointer: String, labels: [String])
    /// The answer holds none: detectors that compare answers do not run.
    case absent
}

/// What the model gets.
package struct ForwardPlan: Sendable {
    /// Whose pixels.
    package enum Pixels: String, Hashable, Sendable, CaseIterable {
        /// The client's own bytes.
        case original
        /// The decoded image through `pipeline`, encoded anew.
        case sanitized
    }

    /// How a sanitized image is encoded.
    package enum Format: String, Hashable, Sendable, CaseIterable {
        /// Stored PNG up to 4 MB, then PNG level 1, then JPEG 95, within `maxBytes`.
        case auto
        /// PNG.
        case png
        /// JPEG quality 95, 4:4:4.
        case jpeg
        /// The format that came in.
        case same
    }

    /// Whose pixels.
    package let pixels: Pixels
    /// Width and height that the decoded image is resized to by area first; nil keeps its own.
    package let size: ForwardSize?
    /// Applied to sanitized pixels after resizing.
    package let pipeline: DefensePipeline
    /// How sanitized pixels are encoded.
    package let format: Format
    /// Largest forwarded image in bytes.
    package let maxBytes: Int
}

/// The model's input size in pixels.
package struct ForwardSize: Hashable, Sendable {
    /// Columns.
    package let width: Int
    /// Rows.
    package let height: Int

    /// A size.
    package init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }
}

/// A detector with its settings.
package struct PlannedDetector: Sendable {
    /// The detector, made with the policy's parameters.
    package internal(set) var detector: any Detector
    /// Of its type.
    package let descriptor: DetectorDescriptor
    /// As in the policy, defaults filled in; goes to the audit record.
    package let parameters: [String: ParameterValue]
    /// Line in the policy file.
    package let line: Int
}
