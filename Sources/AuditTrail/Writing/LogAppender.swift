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
    private(set) var bytes = 0
    private(set) var syncs = 0
    private(set) var rotations = 0
    private(set) var records = 0

    /// Sequence number of the last line; 0 when there is none.
    var lastSequence: Int { nextSequence - 1 }

    /// Opens the log for appending, repaired, and writes the `start` record.
    init(configuration: AuditConfiguration, calls: FileCalls) throws(AuditError) {
        let directory = configuration.directory
        var end = try LogRecovery(directory: directory).run()
        self.configuration = configuration
        self.calls = calls
        nextSequence = (end.last?.sequence ?? 0) + 1
        previous = end.last?.hash ?? ChainLink.genesis
        lastTime = end.last?.time ?? AuditTime(microseconds: 0)
        Self.compare(LogHead.read(in: directory), &end, &nextSequence, &previous)
        let isNew = end.fileName == nil
        fileName = end.fileName ?? LogFiles.name(firstSequence: nextSequence)
        fileBytes = end.fileBytes
        fileStart = end.fileStart
        descriptor = try Self.open(directory + "/" + fileName, isNew: isNew)
        headDescriptor = try Self.openHead(directory)
        if isNew { Self.syncDirectory(directory) }
        end.details["fsync"] = .text(configuration.fsync.description)
        end.details["process"] = .integer(Int(getpid()))
        let start = AuditRecord.lifecycle("start", time: configuration.now(), details: end.details)
        if let failure = append([QueuedRecord(start)]).failure ?? sync() { throw failure }
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
        if let failure = cutDirtyTail() { return (0, failure) }
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
    mutating func sync() -> AuditError? {
        guard isUnsynced else { return nil }
        let result = calls.sync(descriptor)
        guard result == 0 else { return .storageFailed(operation: "sync", errorNumber: -result) }
        syncs += 1
        isUnsynced = false
        writeHead()
        return nil
    }

    /// Closes the files after a last sync.
    mutating func close() {
        _ = sync()
        _ = calls.sync(headDescriptor)
        closeDescriptor(descriptor)
        closeDescriptor(headDescriptor)
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
        var failure: AuditError?
        batch.bytes.withUnsafeBytes { bytes in
            var rest = bytes
            while !rest.isEmpty {
                let written = calls.write(descriptor, rest)
                guard written > 0 else {
                    failure = .storageFailed(operation: "write", errorNumber: written == 0 ? Int(EIO) : -written)
                    return
                }
                rest = UnsafeRawBufferPointer(rebasing: rest[written...])
            }
        }
        guard failure == nil else {
            nextSequence = mark.sequence
            previous = mark.previous
            lastTime = mark.lastTime
            isClockBehind = mark.isClockBehind
            fileStart = mark.fileStart
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

    private mutating func cutDirtyTail() -> AuditError? {
        guard isTailDirty else { return nil }
        let result = calls.truncate(descriptor, fileBytes)
        guard result == 0 else { return .storageFailed(operation: "truncate", errorNumber: -result) }
        isTailDirty = false
        return nil
    }

    private func writeHead() {
        let head = LogHead(sequence: lastSequence, hash: previous).bytes()
        _ = pwrite(headDescriptor, head, head.count, 0)
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
            let next = try Self.open(configuration.directory + "/" + name, isNew: true)
            closeDescriptor(descriptor)
            descriptor = next
        } catch {
            guard case .unusable(_, let operation, let number) = error else { return error }
            return .storageFailed(operation: operation, errorNumber: number)
        }
        Self.syncDirectory(configuration.directory)
        fileName = name
        fileBytes = 0
        fileStart = nil
        rotations += 1
        let mark = currentMark
        appendLine(.lifecycle("rotation", time: configuration.now(), details: ["previous_file": .text(old)]))
        return write(from: mark)
    }

    private static func open(_ path: String, isNew: Bool) throws(AuditError) -> Int32 {
        // An empty file of this name is what a crash between making a file and its first line leaves.
        let descriptor = openFile(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW | (isNew ? O_CREAT : 0))
        guard descriptor >= 0 else {
            throw .unusable(path: path, operation: isNew ? "create" : "open", errorNumber: Int(errno))
        }
        return descriptor
    }

    private static func openHead(_ directory: String) throws(AuditError) -> Int32 {
        let path = directory + "/" + LogFiles.head
        let descriptor = openFile(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw .unusable(path: path, operation: "open", errorNumber: Int(errno)) }
        return descriptor
    }

    private static func syncDirectory(_ directory: String) {
        let descriptor = openFile(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        _ = fsync(descriptor)
        closeDescriptor(descriptor)
    }
}

/// open(2) with mode 0600, under a name that no member hides.
private func openFile(_ path: String, _ flags: Int32) -> Int32 {
    open(path, flags, 0o600)
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
