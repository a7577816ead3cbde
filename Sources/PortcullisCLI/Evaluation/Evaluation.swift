import AdmissionPolicy
import AuditTrail
import RobustnessEvaluation

/// Drives images through a running guard, and past it, and reads from its log what it made of them.
struct Evaluation: Sendable {
    /// What is sent.
    var images: EvaluationImages
    /// The path that images go to.
    let path: String
    /// The detector whose raw score stands in the summary.
    let detector: String
    /// Where the scores are in an answer.
    let scores: ScoreLocation
    /// Requests that are open at once.
    let concurrency: Int

    /// Longest time for one answer.
    private static let patience = Duration.seconds(120)

    /// What is known about every image, in order, from the guard at `address`, whose log is in `auditDirectory`.
    ///
    /// Throws when the log cannot be read, nothing at all was answered, or somebody interrupts it.
    func run(
        guard address: WebAddress, auditDirectory: String, label: String = "images"
    ) async throws(CommandFailure) -> [EvaluatedImage] {
        // Clocks of two machines may differ by a little.
        let since = AuditTime.system().advanced(microseconds: -60_000_000)
        let views = try await drive(address, label)
        guard views.contains(where: { $0.status != nil }) else {
            throw .unreachable(views.compactMap(\.problem).first ?? "nothing was answered")
        }
        let ids = Set(views.compactMap(\.id))
        guard !ids.isEmpty else {
            throw .unreachable(
                "\(address) answers without Portcullis-Request-Id: is this the guard, or the model itself?")
        }
        let findings = try await RecordMatcher(path: auditDirectory, since: since).findings(ids)
        return zip(images.items, views).map { item, view in
            evaluated(item, view, view.id.flatMap { findings[$0] })
        }
    }

    /// What the model at `address` itself makes of every image, in order.
    ///
    /// Throws when it cannot be reached, does not take images at the path, or somebody interrupts it.
    func ask(model address: WebAddress) async throws(CommandFailure) -> [ClientView] {
        if let first = images.items.first {
            let client = WebClient(timeout: Self.patience)
            let view = await driver(client, address).send(first, index: 0)
            client.close()
            if view.status == nil, let problem = view.problem, !problem.hasPrefix("the file") {
                throw .unreachable("the model: \(problem)")
            }
            if let status = view.status, [404, 405, 501].contains(status) {
                throw .usage("the model answers POST \(path) with status \(status); give its path with --path")
            }
        }
        return try await drive(address, "without the guard")
    }

    private func driver(_ client: WebClient, _ address: WebAddress) -> GuardDriver {
        GuardDriver(client: client, address: address, path: path, scores: scores, concurrency: concurrency)
    }

    private func drive(_ address: WebAddress, _ label: String) async throws(CommandFailure) -> [ClientView] {
        let client = WebClient(timeout: Self.patience)
        defer { client.close() }
        var progress = Progress(label, total: images.items.count)
        let views = await driver(client, address).run(images.items) { progress.step() }
        progress.finish()
        guard !Task.isCancelled, views.count == images.items.count else {
            throw .unreachable("interrupted after \(views.count) of \(images.items.count) images; nothing was written")
        }
        return views
    }

    private func evaluated(
        _ item: EvaluationImages.Item, _ view: ClientView, _ finding: RecordMatcher.Finding?
    ) -> EvaluatedImage {
        // A forwarded request whose model failed has no answer to count.
        let isServed = view.problem == nil && (view.status == 200 || view.status == 403)
        let handling = isServed ? ImageOutcome.Handling(verdict: finding?.verdict) : .failed
        var image = EvaluatedImage(
            file: item.row.file, role: item.row.role,
            outcome: ImageOutcome(
                item.row, handling: handling, answerLabel: view.label.map { Self.reading($0, item.row) },
                score: finding?.scores[detector]?.score))
        image.path = item.path
        image.milliseconds = view.milliseconds
        if handling == .failed {
            image.problem =
                view.problem ?? finding?.failure
                ?? (isServed ? "no record of a verdict" : "status \(view.status ?? 0)")
        }
        guard let finding else { return image }
        image.scores = finding.scores
        image.combined = finding.combined
        image.reasons = finding.reasons
        image.modelLabel = finding.modelLabel.map { Self.reading($0, item.row) }
        image.extraCalls = finding.extraCalls
        image.gate = finding.gate
        image.degraded = finding.degraded
        return image
    }

    /// `label` as manifests write it: the digits of an amount are joined by commas in answers and not in manifests, where
    /// a class may have a comma in its name.
    static func reading(_ label: String, _ row: Manifest.Row) -> String {
        label == row.trueLabel || label == row.attackerLabel ? label : label.replacing(",", with: "")
    }
}

extension EvaluatedImage {
    /// This image with what the model itself made of it.
    func with(model view: ClientView, row: Manifest.Row) -> EvaluatedImage {
        var image = self
        image.unguardedLabel = view.label.map { Evaluation.reading($0, row) }
        image.unguardedMilliseconds = view.milliseconds
        if view.label == nil {
            let reason = view.problem ?? (view.status == 200 ? "no scores in its answer" : "status \(view.status ?? 0)")
            image.problem = [image.problem, "the model itself: \(reason)"].compactMap(\.self).joined(separator: "; ")
        }
        return image
    }

    /// What this image, sent to a guard with its gate open, says about the one that met the policy's own gate.
    func opened(after closed: EvaluatedImage) -> EvaluatedImage {
        var image = self
        image.gate = closed.gate
        image.behindGate = closed.outcome
        image.extraCallsBehindGate = closed.extraCalls
        image.unguardedLabel = closed.unguardedLabel
        image.unguardedMilliseconds = closed.unguardedMilliseconds
        return image
    }
}
