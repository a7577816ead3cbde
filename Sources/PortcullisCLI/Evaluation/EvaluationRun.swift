import AdmissionPolicy
import PortcullisProxy
import RobustnessEvaluation

/// Sends the images wherever the options say, and puts together what is known about each.
struct EvaluationRun: Sendable {
    /// The guard and the model.
    let choice: GuardChoice
    /// What is sent.
    let evaluation: Evaluation
    /// The policy, in its own mode.
    let plan: PolicyPlan

    /// What is known about every image, in order.
    func images() async throws -> [EvaluatedImage] {
        if let address = try choice.guardAddress(), let audit = choice.audit {
            let upstream = try choice.upstreamAddress()
            return try await interruptible {
                try await Interruption.cancelling {
                    let views = try await direct(upstream)
                    return joined(try await evaluation.run(guard: address, auditDirectory: audit), views)
                }
            }
        }
        let upstream = try choice.upstreamAddress()
        let folder = try StateFolders.makeTemporary()
        defer { StateFolders.remove(folder) }
        var local = LocalGuard(policy: plan.with(mode: .enforce), folder: folder)
        local.upstream = upstream
        let images = try await run(local) { addresses in
            let views = try await evaluation.ask(model: addresses.model)
            let guarded = try await evaluation.run(
                guard: addresses.guarded, auditDirectory: addresses.auditDirectory)
            return joined(guarded, views)
        }
        guard choice.gate == .open else { return images }
        return try await withGateOpen(images, upstream, folder)
    }

    /// The images with those behind a closed gate sent again to a guard that differs in its open gate alone: the key, and
    /// so every random draw, is the same.
    private func withGateOpen(
        _ images: [EvaluatedImage], _ upstream: UpstreamAddress?, _ folder: String
    ) async throws -> [EvaluatedImage] {
        let closed = images.indices.filter { images[$0].gate == GateSummary.closed }
        guard !closed.isEmpty else { return images }
        var local = LocalGuard(policy: plan.withGatesOpen().with(mode: .enforce), folder: folder)
        local.upstream = upstream
        var again = evaluation
        again.images = evaluation.images.only(closed)
        let evaluation = again
        let opened = try await run(local) { addresses in
            try await evaluation.run(
                guard: addresses.guarded, auditDirectory: addresses.auditDirectory, label: "with the gate open")
        }
        var result = images
        for (index, image) in zip(closed, opened) { result[index] = image.opened(after: images[index]) }
        return result
    }

    private func run<Result: Sendable>(
        _ local: LocalGuard, _ body: @escaping @Sendable (LocalGuard.Addresses) async throws -> Result
    ) async throws -> Result {
        try await interruptible { try await local.run(body) }
    }

    private func interruptible<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch is CancellationError {
            throw CommandFailure.unreachable("interrupted; nothing was written")
        }
    }

    private func direct(_ upstream: UpstreamAddress?) async throws(CommandFailure) -> [ClientView] {
        guard let upstream else { return [] }
        return try await evaluation.ask(model: WebAddress(host: upstream.host, port: upstream.port))
    }

    private func joined(_ images: [EvaluatedImage], _ views: [ClientView]) -> [EvaluatedImage] {
        guard !views.isEmpty else { return images }
        return images.indices.map { images[$0].with(model: views[$0], row: evaluation.images.items[$0].row) }
    }
}
