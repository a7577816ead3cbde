internal import Dispatch
internal import Foundation
internal import Synchronization

/// Writes audit records from any thread to one folder, without making an event loop wait for a disk.
///
/// Records wait in a bounded queue for one thread, which gives them numbers and links and writes many with one call.
/// What an accepted record survives is `FsyncPolicy`'s to say. A refused record is never in the log, but the next record
/// counts it. `close()` must be called: until then the thread keeps the writer alive.
package final class AuditWriter: Sendable {
    /// Told once whether a record was accepted.
    package typealias Completion = @Sendable (Result<Void, AuditError>) -> Void

    private struct State {
        var waiting: [QueuedRecord] = []
        var barriers: [Completion] = []
        var isClosing = false
        var isClosed = false
        var failure: AuditError?
        /// Refused or given up since the last `dropped` record.
        var uncounted = 0
        var isUrgent = false
        var statistics = AuditStatistics()
    }

    private let state: Mutex<State>
    private let capacity: Int
    private let isAlways: Bool
    private let syncInterval: Duration?
    private let linger: Duration
    private let now: @Sendable () -> AuditTime
    private let wake = DispatchSemaphore(value: 0)
    private let urgent = DispatchSemaphore(value: 0)

    /// How long the writer waits before it tries a failing disk again.
    private static let retry = Duration.milliseconds(250)

    /// Locks, repairs and opens the log in the configured folder and writes its `start` record, on the calling thread.
    package static func open(_ configuration: AuditConfiguration) throws(AuditError) -> AuditWriter {
        try open(configuration, calls: .system)
    }

    static func open(_ configuration: AuditConfiguration, calls: FileCalls) throws(AuditError) -> AuditWriter {
        let lock = try DirectoryLock(directory: configuration.directory)
        do throws(AuditError) {
            let appender = try LogAppender(configuration: configuration, calls: calls)
            return AuditWriter(configuration, appender: appender, lock: lock)
        } catch {
            lock.release()
            throw error
        }
    }

    private init(_ configuration: AuditConfiguration, appender: LogAppender, lock: DirectoryLock) {
        capacity = configuration.queueCapacity
        isAlways = configuration.fsync == .always
        if case .interval(let duration) = configuration.fsync { syncInterval = duration } else { syncInterval = nil }
        linger = configuration.linger
        now = configuration.now
        var state = State()
        state.statistics.note(appender)
        self.state = Mutex(state)
        let thread = Thread { [self] in run(appender, lock) }
        thread.name = "audit"
        thread.start()
    }

    /// Hands `record` over without waiting. `onStored` is called once: under `always` from the writer's thread after
    /// fsync, otherwise before this returns; a refusal always before this returns.
    package func submit(_ record: AuditRecord, onStored: @escaping Completion) {
        if let failure = take(QueuedRecord(record, onStored: isAlways ? onStored : nil)) {
            onStored(.failure(failure))
        } else if !isAlways {
            onStored(.success(()))
        }
    }

    /// Hands `record` over without waiting or being told more: why it was refused, or nil when it was queued.
    @discardableResult
    package func enqueue(_ record: AuditRecord) -> AuditError? {
        take(QueuedRecord(record))
    }

    /// Hands `record` over as soon as there is room in the queue, for whoever would rather wait than lose it: waiting is no loss
    /// and is not counted as one. Throws `.closed`, what the writer failed of, or `CancellationError`.
    package func enqueueWhenThereIsRoom(_ record: AuditRecord) async throws {
        let waiting = QueuedRecord(record)
        while let failure = take(waiting, isPatient: true) {
            guard case .queueFull = failure else { throw failure }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Hands `record` over and returns once it is accepted in the sense of the fsync policy.
    package func store(_ record: AuditRecord) async throws(AuditError) {
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<Void, AuditError>, Never>) in
            submit(record) { continuation.resume(returning: $0) }
        }
        try result.get()
    }

    /// Returns once everything submitted before is written and synced, whatever the policy.
    package func flush() async throws(AuditError) {
        try await barrier(closing: false).get()
    }

    /// Writes what waits, then a `stop` record, syncs and lets go of the folder. Later records are refused.
    package func close() async {
        _ = await barrier(closing: true)
    }

    /// Counters, for metrics.
    package var statistics: AuditStatistics {
        state.withLock {
            var copy = $0.statistics
            copy.queueDepth = $0.waiting.count
            copy.isFailing = $0.failure != nil
            return copy
        }
    }

    /// Why a record was refused, which counts as its loss unless its sender `isPatient` and will come again.
    private func take(_ waiting: QueuedRecord, isPatient: Bool = false) -> AuditError? {
        let (failure, mustWake, mustHurry) = state.withLock { state -> (AuditError?, Bool, Bool) in
            if state.isClosing { return (.closed, false, false) }
            let failure = state.failure ?? (state.waiting.count >= capacity ? .queueFull(capacity: capacity) : nil)
            if let failure {
                if isPatient, case .queueFull = failure { return (failure, false, false) }
                state.uncounted += 1
                state.statistics.dropped += 1
                return (failure, false, false)
            }
            state.waiting.append(waiting)
            // Half full: stop lingering.
            let mustHurry = !isAlways && !state.isUrgent && state.waiting.count * 2 >= capacity
            if mustHurry { state.isUrgent = true }
            return (nil, state.waiting.count == 1, mustHurry)
        }
        if mustWake { wake.signal() }
        if mustHurry { urgent.signal() }
        return failure
    }

    private func barrier(closing: Bool) async -> Result<Void, AuditError> {
        await withCheckedContinuation { continuation in
            let isClosed = state.withLock { state -> Bool in
                if state.isClosed { return true }
                if closing { state.isClosing = true }
                state.isUrgent = true
                state.barriers.append { continuation.resume(returning: $0) }
                return false
            }
            if isClosed {
                continuation.resume(returning: closing ? .success(()) : .failure(.closed))
            } else {
                wake.signal()
                urgent.signal()
            }
        }
    }

    // MARK: - The writer's thread

    private struct Work {
        var waiting: [QueuedRecord] = []
        var barriers: [Completion] = []
        var isClosing = false
        var uncounted = 0
    }

    private func run(_ opened: LogAppender, _ lock: DirectoryLock) {
        var appender = opened
        // Accepted before the disk failed; written first once it works again.
        var backlog: [QueuedRecord] = []
        var syncDue: ContinuousClock.Instant?
        while true {
            pause(until: syncDue, isRetrying: !backlog.isEmpty)
            let work = takeWork()
            backlog += work.waiting
            var (stored, failure) = write(backlog, dropped: work.uncounted, to: &appender)
            let mustSync =
                isAlways || appender.isDoubtful || !work.barriers.isEmpty || syncDue.map { $0 <= .now } == true
            if mustSync, let syncFailure = appender.sync() {
                failure = failure ?? syncFailure
                if isAlways { stored = 0 }
            }
            settle(&backlog, stored: stored, failure)
            if !appender.isUnsynced {
                syncDue = nil
            } else if let syncInterval, syncDue == nil {
                syncDue = .now + syncInterval
            }
            note(appender, failure)
            if work.isClosing {
                _ = appender.append([QueuedRecord(.lifecycle("stop", time: now()))])
                appender.close()
                lock.release()
            }
            let late = work.isClosing ? markClosed(appender, lost: backlog.count) : []
            for barrier in work.barriers + late { barrier(failure.map { .failure($0) } ?? .success(())) }
            if work.isClosing { return }
        }
    }

    /// Sleeps until there is something to do, and then a little longer so that there is more of it.
    private func pause(until syncDue: ContinuousClock.Instant?, isRetrying: Bool) {
        let mustRetry = state.withLock { isRetrying || $0.failure != nil || $0.uncounted > 0 }
        let limit = mustRetry ? Self.retry : syncDue.map { max(.zero, ContinuousClock.now.duration(to: $0)) }
        guard let limit else {
            wake.wait()
            if !isAlways { _ = urgent.wait(timeout: .now() + linger.dispatchInterval) }
            return
        }
        guard wake.wait(timeout: .now() + limit.dispatchInterval) == .success, !isAlways else { return }
        _ = urgent.wait(timeout: .now() + linger.dispatchInterval)
    }

    private func takeWork() -> Work {
        state.withLock { state in
            var work = Work()
            swap(&work.waiting, &state.waiting)
            swap(&work.barriers, &state.barriers)
            work.isClosing = state.isClosing
            work.uncounted = state.uncounted
            state.isUrgent = false
            return work
        }
    }

    /// Writes the count of lost records and `backlog`: how many of it are in the file, and why not all.
    private func write(
        _ backlog: [QueuedRecord], dropped: Int, to appender: inout LogAppender
    ) -> (stored: Int, failure: AuditError?) {
        if dropped > 0 {
            let note = AuditRecord.lifecycle("dropped", time: now(), details: ["records": .integer(dropped)])
            if let failure = appender.append([QueuedRecord(note)]).failure { return (0, failure) }
            state.withLock { $0.uncounted -= dropped }
        }
        return backlog.isEmpty ? (0, nil) : appender.append(backlog)
    }

    /// Removes what is stored from `backlog`. Under `always` the rest is given up and counted, and everybody is told;
    /// otherwise the rest was accepted and waits for the disk.
    private func settle(_ backlog: inout [QueuedRecord], stored: Int, _ failure: AuditError?) {
        guard isAlways, let failure else {
            for waiting in backlog.prefix(stored) { waiting.onStored?(.success(())) }
            backlog.removeFirst(stored)
            return
        }
        let lost = backlog.count - stored
        state.withLock {
            $0.uncounted += lost
            $0.statistics.dropped += lost
        }
        for waiting in backlog.prefix(stored) { waiting.onStored?(.success(())) }
        for waiting in backlog.dropFirst(stored) { waiting.onStored?(.failure(failure)) }
        backlog.removeAll(keepingCapacity: true)
    }

    private func note(_ appender: LogAppender, _ failure: AuditError?) {
        state.withLock {
            $0.failure = failure
            $0.statistics.note(appender)
        }
    }

    private func markClosed(_ appender: LogAppender, lost: Int) -> [Completion] {
        state.withLock { state in
            state.isClosed = true
            state.statistics.note(appender)
            state.statistics.dropped += lost
            let late = state.barriers
            state.barriers = []
            return late
        }
    }
}

extension AuditStatistics {
    fileprivate mutating func note(_ appender: LogAppender) {
        records = appender.records
        bytes = appender.bytes
        syncs = appender.syncs
        rotations = appender.rotations
        lastSequence = appender.lastSequence
    }
}

extension Duration {
    fileprivate var dispatchInterval: DispatchTimeInterval {
        let (seconds, attoseconds) = components
        return .nanoseconds(Int(clamping: seconds) &* 1_000_000_000 &+ Int(attoseconds / 1_000_000_000))
    }
}
