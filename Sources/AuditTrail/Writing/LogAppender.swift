#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Puts records on disk in order: sequence numbers, links, times, rotation, the head. One thread uses it.
struct LogAppender: Sendable {
    /// What must be put back when a write fails.
    private struct Mark {
        var sequence: Int
        var previous: [UInt8]
        var lastTime: AuditTime
        var isClockBehind: Bool
        var fileStart: AuditTime?
    }

    let configuration: AuditConfiguration
    private let calls: FileCalls
    private let folder: LogFolder
    private var descriptor: Int32
    private var headDescriptor: Int32
    private var fileName: String
    /// Bytes of the file that are whole, acknowledged lines.
    private var fileBytes: Int
    private var fileStart: AuditTime?
    private var nextSequence: Int
    private var previous: [UInt8]
    private var lastTime: AuditTime
    private var isClockBehind = false
    private var batch = CanonicalWriter(capacity: 256 << 10)
    /// True when bytes of a failed write may stand after `fileBytes`.
    private var isTailDirty = false
    /// True when lines have been written since the last sync.
    private(set) var isUnsynced = false
    /// errno of a sync of the present file that failed; nil when none did.
    private var syncError: Int?
    /// Sequence number of the last line that a sync made durable.
    private var durableSequence: Int
    private(set) var bytes = 0
    private(set) var syncs = 0
    private(set) var rotations = 0
    private(set) var records = 0

    /// Sequence number of the last line; 0 when there is none.
    var lastSequence: Int { nextSequence - 1 }

    /// True from a sync that failed until the log goes on in the next file.
    var isDoubtful: Bool { syncError != nil }

    /// Opens the log for appending, repaired, and writes the `start` record.
    init(configuration: AuditConfiguration, calls: FileCalls) throws(AuditError) {
        let directory = configuration.directory
        var end = try LogRecovery(directory: directory).run()
        self.configuration = configuration
        self.calls = calls
        folder = LogFolder(path: directory, calls: calls)
        nextSequence = (end.last?.sequence ?? 0) + 1
        previous = end.last?.hash ?? ChainLink.genesis
        lastTime = end.last?.time ?? AuditTime(microseconds: 0)
        Self.compare(LogHead.read(in: directory), &end, &nextSequence, &previous)
        let isNew = end.fileName == nil
        fileName = end.fileName ?? LogFiles.name(firstSequence: nextSequence)
        fileBytes = end.fileBytes
        fileStart = end.fileStart
        durableSequence = nextSequence - 1
        descriptor = try folder.openLog(fileName, isNew: isNew)
        headDescriptor = try folder.openHead()
        end.details["fsync"] = .text(configuration.fsync.description)
        end.details["process"] = .integer(Int(getpid()))
        let start = AuditRecord.lifecycle("start", time: configuration.now(), details: end.details)
        if let failure = append([QueuedRecord(start)]).failure ?? sync() { throw failure }
        // Later heads overwrite these bytes in place; that there is a head at all must survive a loss of power.
        let result = calls.sync(headDescriptor)
        guard result == 0 else { throw .storageFailed(operation: "sync the head", errorNumber: -result) }
        try folder.sync()
    }

    /// Goes on from what the last writer made durable when the log holds less than that or something else: the break is
    /// then in the chain for good, instead of being healed by the next record.
    private static func compare(
        _ finding: LogHead.Finding, _ end: inout LogRecovery.End, _ nextSequence: inout Int, _ previous: inout [UInt8]
    ) {
        switch finding {
        case .missing:
            if end.last != nil { end.details["head"] = .text("missing") }
        case .unreadable:
            end.details["head"] = .text("unreadable")
        case .found(let head):
            let last = end.last?.sequence ?? 0
            if head.sequence < last {
                end.details["head"] = .text("behind")
                end.details["head_seq"] = .integer(head.sequence)
            } else if head.sequence > last || head.hash != end.last?.hash {
                end.details["head"] = .text(head.sequence > last ? "ahead" : "differs")
                end.details["head_seq"] = .integer(head.sequence)
                nextSequence = head.sequence + 1
                previous = head.hash
            }
        }
    }

    /// Appends `records` in order: how many are in the file, and why not all.
    mutating func append(_ records: [QueuedRecord]) -> (stored: Int, failure: AuditError?) {
        if let failure = cutDirtyTail() ?? leaveDoubtfulFile() { return (0, failure) }
        batch.truncate(to: 0)
        if isFileGone, let failure = rotate() { return (0, failure) }
        var mark = currentMark
        var stored = 0
        if noteClock() {
            if let failure = write(from: mark) { return (0, failure) }
            mark = currentMark
        }
        var waiting = 0
        for queued in records {
            if waiting > 0 || fileBytes > 0, isFull(adding: batch.bytes.count) || isOld(at: queued.record.time) {
                if let failure = write(from: mark) { return (stored, failure) }
                stored += waiting
                waiting = 0
                if let failure = rotate() { return (stored, failure) }
                mark = currentMark
            }
            appendLine(queued.record)
            waiting += 1
            if batch.bytes.count >= 1 << 20 {
                if let failure = write(from: mark) { return (stored, failure) }
                stored += waiting
                waiting = 0
                mark = currentMark
            }
        }
        if let failure = write(from: mark) { return (stored, failure) }
        return (stored + waiting, nil)
    }

    /// Makes what was written durable and moves the head there; why not, if it fails.
    ///
    /// A file whose sync failed is never synced again: the kernel may report a lost page once and then forget it, so that
    /// the next success would say nothing. The next call leaves the file instead.
    mutating func sync() -> AuditError? {
        if syncError != nil { return cutDirtyTail() ?? leaveDoubtfulFile() }
        guard isUnsynced else { return nil }
        let result = calls.sync(descriptor)
        guard result == 0 else {
            syncError = -result
            return .storageFailed(operation: "sync", errorNumber: -result)
        }
        noteDurable()
        return nil
    }

    /// Closes the files after a last sync.
    mutating func close() {
        // The second call leaves a file that the first could not sync.
        if sync() != nil { _ = sync() }
        _ = calls.sync(headDescriptor)
        closeDescriptor(descriptor)
        closeDescriptor(headDescriptor)
    }

    private mutating func noteDurable() {
        syncs += 1
        isUnsynced = false
        durableSequence = lastSequence
        let head = LogHead(sequence: lastSequence, hash: previous).bytes()
        _ = pwrite(headDescriptor, head, head.count, 0)
    }

    // MARK: - Lines

    private var currentMark: Mark {
        Mark(
            sequence: nextSequence, previous: previous, lastTime: lastTime, isClockBehind: isClockBehind,
            fileStart: fileStart)
    }

    /// Lines keep the time of the line before while the clock is behind it; one record says by how much.
    private mutating func noteClock() -> Bool {
        let clock = configuration.now()
        let behind = lastTime.microseconds - clock.microseconds
        // Records of several threads cross on their way here by milliseconds; more than this is the clock itself.
        guard behind > 2_000_000 else {
            if behind <= 0 { isClockBehind = false }
            return false
        }
        guard !isClockBehind else { return false }
        isClockBehind = true
        appendLine(.lifecycle("clock-stepped-back", time: clock, details: ["microseconds": .integer(behind)]))
        return true
    }

    private mutating func appendLine(_ record: AuditRecord) {
        lastTime = max(lastTime, record.time)
        fileStart = fileStart ?? lastTime
        let place = RecordEncoder.Place(
            instance: configuration.instance, sequence: nextSequence, time: lastTime, previous: previous)
        let start = batch.bytes.count
        RecordEncoder.append(record, at: place, to: &batch)
        if batch.bytes.count - start > TailFile.longest {
            batch.truncate(to: start)
            RecordEncoder.append(record.withoutLists(), at: place, to: &batch)
        }
        previous = batch.bytes.withUnsafeBytes { ChainLink.hash(of: UnsafeRawBufferPointer(rebasing: $0[start...])) }
        batch.byte(0x0A)
        nextSequence += 1
    }

    // MARK: - Bytes

    /// Writes the batch; when that fails, everything goes back to `mark` and the file to its last whole line.
    private mutating func write(from mark: Mark) -> AuditError? {
        guard !batch.bytes.isEmpty else { return nil }
        defer { batch.truncate(to: 0) }
        if let failure = calls.writeAll(descriptor, batch.bytes) {
            goBack(to: mark)
            isTailDirty = true
            _ = cutDirtyTail()
            return failure
        }
        records += nextSequence - mark.sequence
        fileBytes += batch.bytes.count
        bytes += batch.bytes.count
        isUnsynced = true
        return nil
    }

    private mutating func goBack(to mark: Mark) {
        nextSequence = mark.sequence
        previous = mark.previous
        lastTime = mark.lastTime
        isClockBehind = mark.isClockBehind
        fileStart = mark.fileStart
    }

    private mutating func cutDirtyTail() -> AuditError? {
        guard isTailDirty else { return nil }
        let result = calls.truncate(descriptor, fileBytes)
        guard result == 0 else { return .storageFailed(operation: "truncate", errorNumber: -result) }
        isTailDirty = false
        return nil
    }

    // MARK: - Rotation

    /// True when somebody removed the file: what went into it from now on would be lost without a word.
    private var isFileGone: Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_nlink == 0
    }

    private func isFull(adding count: Int) -> Bool {
        fileBytes + count >= configuration.rotateBytes
    }

    private func isOld(at time: AuditTime) -> Bool {
        guard let limit = configuration.rotateAfter, let fileStart else { return false }
        let (seconds, attoseconds) = limit.components
        let microseconds = Int(seconds) * 1_000_000 + Int(attoseconds / 1_000_000_000_000)
        return time.microseconds - fileStart.microseconds >= microseconds
    }

    /// Syncs and closes the file and begins the next, whose first line says so.
    private mutating func rotate() -> AuditError? {
        if let failure = sync() { return failure }
        let old = fileName
        let name = LogFiles.name(firstSequence: nextSequence)
        do throws(AuditError) {
            let next = try folder.openLog(name, isNew: true)
            closeDescriptor(descriptor)
            descriptor = next
        } catch {
            guard case .unusable(_, let operation, let number) = error else { return error }
            return .storageFailed(operation: operation, errorNumber: number)
        }
        fileName = name
        fileBytes = 0
        fileStart = nil
        rotations += 1
        let mark = currentMark
        appendLine(.lifecycle("rotation", time: configuration.now(), details: ["previous_file": .text(old)]))
        return write(from: mark)
    }

    /// Goes on in a new file when a sync of the present one failed. Its first line, durable before the head moves, says
    /// which lines may be lost. The new file is of the log only then, so that a disk that stays broken gets no file for
    /// every attempt.
    private mutating func leaveDoubtfulFile() -> AuditError? {
        guard let syncError else { return nil }
        let mark = currentMark
        let name = LogFiles.name(firstSequence: nextSequence)
        let details: [String: AuditValue] = [
            "error": .text(SystemText.of(syncError)), "first_seq": .integer(durableSequence + 1),
            "last_seq": .integer(lastSequence), "previous_file": .text(fileName),
        ]
        batch.truncate(to: 0)
        defer { batch.truncate(to: 0) }
        fileStart = nil
        appendLine(.lifecycle("sync-failed", time: configuration.now(), details: details))
        do throws(AuditError) {
            let next = try folder.makeLog(name, beginningWith: batch.bytes)
            closeDescriptor(descriptor)
            descriptor = next
        } catch {
            goBack(to: mark)
            return error
        }
        self.syncError = nil
        fileName = name
        fileBytes = batch.bytes.count
        bytes += batch.bytes.count
        records += 1
        rotations += 1
        noteDurable()
        return nil
    }
}

extension AuditRecord {
    /// The same record without what can make a line too long to be read back.
    fileprivate func withoutLists() -> AuditRecord {
        var short = self
        short.images = []
        short.detectors = []
        short.copies = []
        short.details = [:]
        short.reasonCodes = Array(reasonCodes.prefix(64))
        short.degraded = degraded ?? "record-too-long"
        return short
    }
}
