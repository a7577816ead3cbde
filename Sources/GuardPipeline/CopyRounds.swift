internal import AdmissionPolicy
internal import AdversarialDetectors
internal import ImageDefenses
internal import PixelCore

/// The questions about copies of one request, round after round, within the call budget.
struct CopyRounds {
    let request: InspectionRequest
    let budget: CallBudget
    let asker: CopyAsker
    /// False off the request's path, where a busy budget means that the copies are not asked.
    let waitsForBudget: Bool
    /// The decoded image at the size that is forwarded.
    let base: Image
    let seed: String

    /// What came of every copy so far, in the order in which they were asked.
    private(set) var replies: [CopyReply] = []
    /// How often each random stream was used, so that a copy that is asked again draws anew.
    private var drawn: [String: Int] = [:]

    init(
        request: InspectionRequest, budget: CallBudget, asker: CopyAsker, waitsForBudget: Bool, base: Image,
        seed: String
    ) {
        self.request = request
        self.budget = budget
        self.asker = asker
        self.waitsForBudget = waitsForBudget
        self.base = base
        self.seed = seed
    }

    /// The reply about f(x), where it cost a call of its own.
    var reference: CopyReply? { replies.first { $0.job.comparison == nil } }

    /// True once copies of a detector were asked.
    var hasAskedDetectors: Bool { replies.contains { $0.job.comparison != nil } }

    /// The replies about the copies of one detector.
    func replies(to comparison: Int) -> [CopyReply] {
        replies.filter { $0.job.comparison == comparison }
    }

    /// The copies that the detector at `index` wants, each with a random stream of its own.
    mutating func jobs(_ copies: [CopyRequest], of comparison: Comparison, at index: Int) -> [CopyJob] {
        copies.map { copy in
            var purpose = "copy/\(comparison.name)/\(copy.pipeline.name)"
            let times = drawn[purpose, default: 0] + 1
            drawn[purpose] = times
            if times > 1 { purpose += "/\(times)" }
            return CopyJob(comparison: index, pipeline: copy.pipeline, purpose: purpose)
        }
    }

    /// Asks the model about `jobs`, and the forwarded question beside them. `isGranted` is false where the budget had no
    /// room for the jobs, so that the forwarded question alone was asked.
    mutating func ask(
        _ jobs: [CopyJob], forwarded: ProbeQuestion? = nil
    ) async -> (isGranted: Bool, forwarded: Result<ProbeAnswer, ProbeError>?) {
        let isGranted = await acquire(jobs.count)
        defer { if isGranted, !jobs.isEmpty { budget.release(jobs.count) } }
        let answers = await asker.ask(
            forwarded: forwarded, jobs: isGranted ? jobs : [], after: replies.count, base: base, seed: seed)
        replies += answers.copies
        return (isGranted, answers.forwarded)
    }

    private func acquire(_ count: Int) async -> Bool {
        if count == 0 { return true }
        if replies.count + count > request.route.extraCalls { return false }
        return waitsForBudget
            ? await budget.acquire(count, client: request.client)
            : budget.tryAcquire(count)
    }
}
