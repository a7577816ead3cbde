internal import AdversarialDetectors
internal import ImageCodecs
internal import ImageDefenses
internal import PixelCore

/// Makes copies and asks the model about them, each copy in its own child task on the pixel executor.
struct CopyAsker {
    let probe: any ClassifierProbe
    let key: DeploymentKey
    let cancellation: CancellationFlag
    let now: @Sendable () -> ContinuousClock.Instant

    /// Every reply, copies in the order of `jobs`, numbered after the `before` that were asked already. When the forwarded question fails or is answered with an error
    /// status, the copies that are still open are abandoned: their answers could not be compared with anything.
    func ask(
        forwarded: ProbeQuestion?, jobs: [CopyJob], after before: Int, base: Image, seed: String
    ) async -> CopyReplies {
        if jobs.isEmpty {
            // Nothing to overlap with: the task asks by itself and spares two changes of thread.
            guard let forwarded else { return CopyReplies(forwarded: nil, copies: []) }
            return CopyReplies(forwarded: await result(of: forwarded), copies: [])
        }
        return await withTaskGroup(of: Reply.self) { group in
            if let forwarded {
                group.addTask { await .forwarded(result(of: forwarded)) }
            }
            for (index, job) in jobs.enumerated() {
                let purpose = ProbeQuestion.Purpose.copy(index: before + index + 1, total: before + jobs.count)
                group.addTask { await .copy(index, copy(job, purpose, base: base, seed: seed)) }
            }
            var replies = CopyReplies(forwarded: nil, copies: [])
            var copies = [CopyReply?](repeating: nil, count: jobs.count)
            for await reply in group {
                switch reply {
                case .forwarded(let result):
                    replies.forwarded = result
                    if case .success(let answer) = result, answer.isSuccess { continue }
                    group.cancelAll()
                case .copy(let index, let copy):
                    copies[index] = copy
                }
            }
            replies.copies = copies.compactMap { $0 }
            return replies
        }
    }

    private func result(of question: ProbeQuestion) async -> Result<ProbeAnswer, ProbeError> {
        do throws(ProbeError) {
            return .success(try await probe.ask(question))
        } catch {
            return .failure(error)
        }
    }

    private func copy(
        _ job: CopyJob, _ purpose: ProbeQuestion.Purpose, base: Image, seed: String
    ) async -> CopyReply {
        if Task.isCancelled { return CopyReply(job: job, result: .failure(.cancelled), milliseconds: nil) }
        let body: [UInt8]
        do throws(GuardFailure) {
            body = try encoded(job, base: base, seed: seed)
        } catch {
            return CopyReply(job: job, result: .failure(.broken(detail: "\(error)")), milliseconds: nil)
        }
        let start = now()
        let answer = await result(of: ProbeQuestion(body: body, mediaType: "image/png", purpose: purpose))
        return CopyReply(job: job, result: answer, milliseconds: (now() - start).milliseconds)
    }

    private func encoded(_ job: CopyJob, base: Image, seed: String) throws(GuardFailure) -> [UInt8] {
        var context = DefenseContext(
            generator: key.generator(purpose: job.purpose, pixelsSHA256: seed), cancellation: cancellation)
        let image = try SanitizeStage.defend(base, job.pipeline, &context)
        let effort: PNGEffort = image.shape.sampleCount <= EncodedImage.storedSamples ? .stored : .fast
        do {
            return try ImageEncoder.encode(image, as: .png(effort))
        } catch {
            throw .malfunction(detail: "encoding a copy: \(error)")
        }
    }
}

/// One copy to make and ask about.
struct CopyJob: Sendable {
    /// f(x), where it costs a call of its own.
    static let reference = CopyJob(
        comparison: nil, pipeline: DefensePipeline(name: "reference", steps: []), purpose: "copy/reference")

    /// Position of the detector that wants it; nil for f(x).
    let comparison: Int?
    let pipeline: DefensePipeline
    /// Names its random stream.
    let purpose: String

    /// For the record.
    var name: String { pipeline.name }
}

/// What came of one copy.
struct CopyReply: Sendable {
    let job: CopyJob
    let result: Result<ProbeAnswer, ProbeError>
    let milliseconds: Double?
}

/// What came of all questions.
struct CopyReplies: Sendable {
    /// nil when the forwarded question was not asked here.
    var forwarded: Result<ProbeAnswer, ProbeError>?
    var copies: [CopyReply]
}

private enum Reply: Sendable {
    case forwarded(Result<ProbeAnswer, ProbeError>)
    case copy(Int, CopyReply)
}

extension Duration {
    /// The duration in milliseconds.
    var milliseconds: Double {
        Double(components.seconds) * 1e3 + Double(components.attoseconds) / 1e15
    }
}
