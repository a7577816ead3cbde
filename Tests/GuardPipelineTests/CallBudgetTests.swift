import Synchronization
import Testing

@testable import GuardPipeline

@Suite("CallBudget")
struct CallBudgetTests {
    @Test("gives what is free and no more")
    func counts() {
        let budget = CallBudget(concurrentCopies: 3)
        #expect(budget.tryAcquire(2))
        #expect(!budget.tryAcquire(2))
        #expect(budget.tryAcquire(1))
        budget.release(3)
        #expect(budget.tryAcquire(3))
    }

    @Test("never grants more than the whole budget")
    func tooMany() async {
        let budget = CallBudget(concurrentCopies: 2)
        #expect(await !budget.acquire(3, client: "a"))
    }

    @Test("serves a second client before the second request of the first")
    func fairness() async {
        let budget = CallBudget(concurrentCopies: 1)
        #expect(budget.tryAcquire(1))
        let served = Served()
        await withTaskGroup(of: Void.self) { group in
            for (index, name) in ["a1", "a2", "b1"].enumerated() {
                group.addTask {
                    guard await budget.acquire(1, client: String(name.prefix(1))) else { return }
                    served.append(name)
                    budget.release(1)
                }
                // The order of arrival matters here: wait until this one stands in line.
                while budget.waitingCount < index + 1 { await Task.yield() }
            }
            budget.release(1)
            await group.waitForAll()
        }
        #expect(served.names == ["a1", "b1", "a2"])
    }

    @Test("a cancelled waiter leaves the line and takes nothing with it")
    func cancellation() async {
        let budget = CallBudget(concurrentCopies: 1)
        #expect(budget.tryAcquire(1))
        let waiter = Task { await budget.acquire(1, client: "a") }
        while budget.waitingCount < 1 { await Task.yield() }
        waiter.cancel()
        #expect(await !waiter.value)
        budget.release(1)
        #expect(budget.tryAcquire(1))
    }
}

private final class Served: Sendable {
    private let list = Mutex<[String]>([])

    var names: [String] { list.withLock { $0 } }

    func append(_ name: String) {
        list.withLock { $0.append(name) }
    }
}
