internal import Dispatch
internal import Foundation
internal import Synchronization

/// The threads that all pixel work runs on, so that it never runs on an event loop or on the global pool.
///
/// Jobs run first in, first out on `threads` threads of our own. A task made with
/// `Task(executorPreference: executor)` and its child tasks stay on them between awaits.
package final class PixelExecutor: TaskExecutor {
    private let pending = Mutex<JobQueue>(JobQueue())
    private let available = DispatchSemaphore(value: 0)
    /// How many threads run jobs.
    package let threads: Int

    /// An executor of `threads` threads, at least one. They end after `shutdown()`.
    package init(threads: Int) {
        self.threads = max(1, threads)
        for index in 0..<self.threads {
            let thread = Thread { [weak self] in
                while let self, self.runNext() {}
            }
            thread.name = "pixels-\(index)"
            // Kernels keep their state on the heap; decoders in C need little. The default of 512 KiB is ample.
            thread.start()
        }
    }

    /// Takes a job; called by the Swift runtime.
    package func enqueue(_ job: consuming ExecutorJob) {
        let unowned = UnownedJob(job)
        pending.withLock { $0.append(unowned) }
        available.signal()
    }

    /// Lets each thread end once the jobs before it are done.
    package func shutdown() {
        pending.withLock { $0.isClosed = true }
        for _ in 0..<threads { available.signal() }
    }

    /// Waits for a job and runs it; false once the executor is closed and empty.
    private func runNext() -> Bool {
        available.wait()
        let next = pending.withLock { $0.removeFirst() }
        switch next {
        case .job(let job):
            job.runSynchronously(on: asUnownedTaskExecutor())
            return true
        case .closed:
            return false
        }
    }
}

/// A first-in-first-out queue whose front is compacted now and then.
private struct JobQueue {
    enum Next {
        case job(UnownedJob)
        case closed
    }

    var isClosed = false
    private var jobs: [UnownedJob] = []
    private var head = 0

    mutating func append(_ job: UnownedJob) {
        jobs.append(job)
    }

    mutating func removeFirst() -> Next {
        // One signal stands for one job, or for the end of one thread.
        guard head < jobs.count else { return .closed }
        let job = jobs[head]
        head += 1
        if head == jobs.count {
            jobs.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= 1024 {
            jobs.removeFirst(head)
            head = 0
        }
        return .job(job)
    }
}
