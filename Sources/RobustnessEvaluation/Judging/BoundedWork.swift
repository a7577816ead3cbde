package import GuardPipeline

/// Does the same to many items, a few at a time.
package enum BoundedWork {
    /// Runs `work` on each of `items` with at most `concurrency` open at once, on `executor`, and hands `each` their
    /// position and result as they end, one after another.
    ///
    /// Takes up nothing new once `each` returns false, once it throws, or once the task is cancelled; what is open then
    /// is cancelled and waited for.
    package static func run<Item: Sendable, Output: Sendable>(
        _ items: [Item], concurrency: Int, on executor: PixelExecutor,
        work: @escaping @Sendable (Item) async -> Output, each: (Int, Output) async throws -> Bool
    ) async throws {
        try await withThrowingTaskGroup(of: (Int, Output).self) { group in
            var next = 0
            func addOne() {
                guard next < items.count, !Task.isCancelled else { return }
                let index = next
                let item = items[index]
                next += 1
                group.addTask(executorPreference: executor) { (index, await work(item)) }
            }
            for _ in 0..<max(1, concurrency) { addOne() }
            while let (index, output) = try await group.next() {
                guard try await each(index, output) else {
                    group.cancelAll()
                    return
                }
                addOne()
            }
        }
    }
}

/// Puts results that come in any order back into the order of their positions.
package struct InOrder<Value> {
    private var waiting: [Int: Value] = [:]
    private var next = 0

    /// Nothing has come.
    package init() {}

    /// Takes the value of `position`; everything that is now complete up to here, in order.
    package mutating func add(_ position: Int, _ value: Value) -> [Value] {
        waiting[position] = value
        var ready: [Value] = []
        while let value = waiting.removeValue(forKey: next) {
            ready.append(value)
            next += 1
        }
        return ready
    }
}
