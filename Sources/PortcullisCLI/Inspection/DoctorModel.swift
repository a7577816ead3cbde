import AdmissionPolicy
import AdversarialDetectors
import ClassifierProtocols
import GuardPipeline
import ImageCodecs
import ImageDefenses
import PixelCore
import RobustnessEvaluation

/// What the model says about originals and about the copies that the guard would forward.
struct DoctorModel: Sendable {
    /// Asks the model about bytes of a media type.
    let makeProbe: @Sendable (_ mediaType: String) -> any ClassifierProbe
    /// The route that would take the images.
    let route: RoutePlan

    /// Answers to one sample.
    private struct Answers {
        let original: ModelAnswer
        let forwarded: ModelAnswer?
        /// For turned images: copies with the orientation applied and ignored.
        let applied: ModelAnswer?
        let ignored: ModelAnswer?
    }

    /// Whether the model answers, steadily, and the same with the guard; `onStep` hears each sample.
    func findings(_ samples: [DoctorSample], onStep: () -> Void) async -> [DoctorFinding] {
        let usable = samples.filter { $0.decoded != nil }
        guard let first = usable.first else {
            return [.fail("agreement", "no image could be compared", fix: "name a folder of PNG or JPEG files")]
        }
        switch await reachability(first) {
        case .failure(let failure): return [failure.finding]
        case .success(let finding):
            var findings = [finding, await steadiness(first)]
            var answers: [(sample: DoctorSample, answers: Answers)] = []
            var refused = 0
            for sample in usable {
                if let all = await ask(sample) { answers.append((sample, all)) } else { refused += 1 }
                onStep()
            }
            if refused > 0 {
                findings.append(
                    .warn(
                        "answers", "\(refused) of \(usable.count) originals got no answer with scores",
                        fix: "look at the model's own log: it refuses them without the guard as well"))
            }
            findings.append(agreement(answers.map(\.answers)))
            findings += await DoctorPipelines(model: self).findings(
                answers.map { ($0.sample, $0.answers.original) })
            findings.append(orientation(answers.filter { $0.sample.isTurned }.map(\.answers)))
            return findings
        }
    }

    private struct Failure: Error {
        let finding: DoctorFinding
    }

    private func reachability(_ sample: DoctorSample) async -> Result<DoctorFinding, Failure> {
        let question = ProbeQuestion(body: sample.bytes, mediaType: sample.mediaType, purpose: .forwarded)
        let answer: ProbeAnswer
        do throws(ProbeError) {
            answer = try await makeProbe(sample.mediaType).ask(question)
        } catch {
            return .failure(
                Failure(finding: .fail("upstream", ProbeText.reason(error), fix: "start it, or mend --upstream")))
        }
        guard answer.isSuccess else {
            let start =
                String(decoding: answer.body.prefix(80), as: UTF8.self).split(whereSeparator: \.isNewline).first ?? ""
            return .failure(
                Failure(
                    finding: .fail(
                        "answers", "it answers \(answer.status) to \(sample.path)\(start.isEmpty ? "" : ": \(start)")",
                        fix: "name the path that takes an image as the whole body with --path")))
        }
        do throws(AnswerError) {
            guard let scores = try HTTPAnswerReader().scores(in: answer, at: route.scores) else {
                return .failure(
                    Failure(
                        finding: .warn(
                            "scores", "the route \(route.name) reads no scores, so that nothing can be compared",
                            fix: "say where they are with `scores:` in the route")))
            }
            let classes = scores.vectors.map { String($0.values.count) }.joined(separator: "+")
            return .success(.ok("scores", "found in the answer: \(classes) classes"))
        } catch {
            return .failure(
                Failure(
                    finding: .fail(
                        "scores", "the answer holds none that are found: \(error.detail)",
                        fix: "say where they are with `scores:` in the route \(route.name), and pass it with --policy"))
            )
        }
    }

    private func steadiness(_ sample: DoctorSample) async -> DoctorFinding {
        let first = await scores(sample.bytes, sample.mediaType)
        let second = await scores(sample.bytes, sample.mediaType)
        guard let first, let second else {
            return .warn("steadiness", "one of two answers is missing", fix: "try again")
        }
        let distance = Self.distance(first, second) ?? 2
        if distance == 0 { return .ok("steadiness", "the same image gets the same answer twice") }
        return .warn(
            "steadiness", "the same image gets answers \(Self.number(distance)) apart (L1)",
            fix: "set feature squeezing's threshold well above that, or make the model deterministic")
    }

    private func ask(_ sample: DoctorSample) async -> Answers? {
        guard let decoded = sample.decoded, let original = await scores(sample.bytes, sample.mediaType) else {
            return nil
        }
        let forwarded = await answer(to: decoded.image)
        guard sample.isTurned else {
            return Answers(original: original, forwarded: forwarded, applied: nil, ignored: nil)
        }
        var byOrientation: [DecodeOptions.Orientation: ModelAnswer] = [:]
        for orientation in DecodeOptions.Orientation.allCases {
            let options = DecodeOptions(orientation: orientation, background: route.decodeOptions.background)
            let decoder = ImageDecoder(limits: route.decodeLimits, options: options)
            guard let turned = try? decoder.decode(sample.bytes, cancellation: CancellationFlag()) else { continue }
            byOrientation[orientation] = await answer(to: turned.image)
        }
        return Answers(
            original: original, forwarded: forwarded, applied: byOrientation[.apply], ignored: byOrientation[.ignore])
    }

    /// The answer to what the route forwards of `image`, losslessly encoded.
    private func answer(to image: Image) async -> ModelAnswer? {
        guard let copy = try? ForwardCopy(route: route).apply(to: image, seed: 0),
            let bytes = try? ImageEncoder.encode(copy, as: .png(.stored))
        else { return nil }
        return await scores(bytes, "image/png")
    }

    /// The model's scores for an encoded image; nil when it gives none.
    func scores(_ body: [UInt8], _ mediaType: String) async -> ModelAnswer? {
        let question = ProbeQuestion(body: body, mediaType: mediaType, purpose: .forwarded)
        guard let answer = try? await makeProbe(mediaType).ask(question), answer.isSuccess else { return nil }
        return (try? HTTPAnswerReader().scores(in: answer, at: route.scores)) ?? nil
    }

    // MARK: Conclusions

    private func agreement(_ answers: [Answers]) -> DoctorFinding {
        guard !answers.isEmpty else {
            return .fail("agreement", "no image could be compared", fix: "see above")
        }
        let same = Proportion(answers.count { $0.original.label == $0.forwarded?.label }, of: answers.count)
        let distances = answers.compactMap { answer in answer.forwarded.flatMap { Self.distance(answer.original, $0) } }
        let text =
            "the forwarded copy gets the same label: \(same.text), "
            + "at most \(Self.number(distances.max() ?? 2)) apart (L1)"
        let share = same.share ?? 0
        if share >= 0.99 { return .ok("agreement", text) }
        let fix =
            "the model's own decoder or resizing differs from the guard's: set `forward: {pixels: original}`, or its size "
            + "with `forward: {size: …}`, in the route \(route.name)"
        return share >= 0.95 ? .warn("agreement", text, fix: fix) : .fail("agreement", text, fix: fix)
    }

    private func orientation(_ answers: [Answers]) -> DoctorFinding {
        let present = route.decodeOptions.orientation
        guard !answers.isEmpty else {
            return .ok(
                "orientation", "no image has an EXIF orientation that turns it; the route's is \(present.rawValue)")
        }
        let apply = answers.count { $0.applied?.label == $0.original.label }
        let ignore = answers.count { $0.ignored?.label == $0.original.label }
        let text =
            "of \(answers.count) turned images the model agrees with \(apply) as turned (apply) and \(ignore) as stored (ignore)"
        let better: DecodeOptions.Orientation = apply == ignore ? present : (apply > ignore ? .apply : .ignore)
        if better == present { return .ok("orientation", "\(text); the route's is \(present.rawValue)") }
        return .warn(
            "orientation", "\(text), but the route's is \(present.rawValue)",
            fix: "set `orientation: \(better.rawValue)` in the route \(route.name)")
    }

    /// The largest L1 distance over the vectors; nil when the shapes differ.
    static func distance(_ a: ModelAnswer, _ b: ModelAnswer) -> Double? {
        guard a.vectors.count == b.vectors.count else { return nil }
        var largest = 0.0
        for (first, second) in zip(a.vectors, b.vectors) {
            guard first.values.count == second.values.count else { return nil }
            largest = max(largest, zip(first.values, second.values).reduce(0) { $0 + abs($1.0 - $1.1) })
        }
        return largest
    }

    /// With four digits behind the point.
    static func number(_ value: Double) -> String { "\((value * 10_000).rounded() / 10_000)" }
}
