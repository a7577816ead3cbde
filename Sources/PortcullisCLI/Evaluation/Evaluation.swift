import AdmissionPolicy
import AuditTrail
import RobustnessEvaluation

/// Drives images through a running guard and reads from its log what it made of them.
struct Evaluation: Sendable {
    /// What is sent.
    let images: EvaluationImages
    /// The path that images go to.
    let path: String
    /// The detector whose score is read.
    let detector: String
    /// Where the scores are in an answer.
    let scores: ScoreLocation
    /// Requests that are open at once.
    let concurrency: Int

    /// One outcome for each image, in order, and the problems met.
    struct Result: Sendable {
        /// In the order of the images.
        let outcomes: [ImageOutcome]
        /// One sentence for each image without a verdict, ten at most.
        let problems: [String]
    }

    /// Sends everything to the guard at `address`, whose log is in `auditDirectory`.
    ///
    /// Throws when the log cannot be read or nothing at all was answered.
    func run(guard address: WebAddress, auditDirectory: String) async throws(CommandFailure) -> Result {
        let client = WebClient(timeout: .seconds(60))
        defer { client.close() }
        // Clocks of two machines may differ by a little.
        let since = AuditTime.system().advanced(microseconds: -60_000_000)
        let driver = GuardDriver(
            client: client, address: address, path: path, scores: scores, concurrency: concurrency)
        let views = await drive(driver)
        guard views.contains(where: { $0.status != nil }) else {
            throw .unreachable(views.compactMap(\.problem).first ?? "nothing was answered")
        }
        let ids = Set(views.compactMap(\.id))
        guard !ids.isEmpty else {
            throw .unreachable(
                "\(address) answers without Portcullis-Request-Id: is this the guard, or the model itself?")
        }
        let matcher = RecordMatcher(path: auditDirectory, detector: detector, since: since)
        let findings = try await matcher.findings(ids)
        return merge(views, findings)
    }

    private func drive(_ driver: GuardDriver) async -> [ClientView] {
        var progress = Progress("images", total: images.items.count)
        let views = await driver.run(images.items) { progress.step() }
        progress.finish()
        return views
    }

    private func merge(_ views: [ClientView], _ findings: [AuditID: RecordMatcher.Finding]) -> Result {
        var outcomes: [ImageOutcome] = []
        var problems: [String] = []
        for view in views {
            let item = images.items[view.index]
            let finding = view.id.flatMap { findings[$0] }
            // A forwarded request whose model failed has no answer to count.
            let isServed = view.problem == nil && (view.status == 200 || view.status == 403)
            let handling = isServed ? ImageOutcome.Handling(verdict: finding?.verdict) : .failed
            if handling == .failed, problems.count < 10 {
                problems.append(
                    "\(item.path): \(view.problem ?? (isServed ? "no record" : "status \(view.status ?? 0)"))")
            }
            outcomes.append(ImageOutcome(item.row, handling: handling, answerLabel: view.label, score: finding?.score))
        }
        return Result(outcomes: outcomes, problems: problems)
    }
}
