import Foundation
import UnixSignals

/// Lets long work end in good order when somebody wants it to.
enum Interruption {
    /// What `body` gives. The first SIGINT or SIGTERM cancels its task, which is then waited for; a second one ends the
    /// process at once.
    static func cancelling<Result: Sendable>(
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) {
                    signal(SIGINT, SIG_DFL)
                    signal(SIGTERM, SIG_DFL)
                    break
                }
                return nil
            }
            while let ended = try await group.next() {
                group.cancelAll()
                if let result = ended { return result }
            }
            throw CancellationError()
        }
    }
}
