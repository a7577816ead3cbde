#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// A log file read from its end.
struct TailFile {
    /// A line longer than this is no record.
    static let longest = 1 << 20

    let descriptor: Int32
    let path: String
    let size: Int

    init(descriptor: Int32, path: String, size: Int) {
        self.descriptor = descriptor
        self.path = path
        self.size = size
    }

    init(path: String, flags: Int32) throws(AuditError) {
        let descriptor = open(path, flags | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw .unusable(path: path, operation: "open", errorNumber: Int(errno)) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let number = Int(errno)
            closeDescriptor(descriptor)
            throw .unusable(path: path, operation: "stat", errorNumber: number)
        }
        self.init(descriptor: descriptor, path: path, size: Int(status.st_size))
    }

    func close() { closeDescriptor(descriptor) }

    func read(at offset: Int, count: Int) throws(AuditError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = bytes.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress?.advanced(by: filled), count - filled, off_t(offset + filled))
            }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else {
                throw .unusable(path: path, operation: "read", errorNumber: Int(got < 0 ? errno : EIO))
            }
            filled += got
        }
        return bytes
    }

    func append(_ bytes: [UInt8]) throws(AuditError) {
        guard lseek(descriptor, 0, SEEK_END) >= 0 else {
            throw .unusable(path: path, operation: "seek", errorNumber: Int(errno))
        }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { FileCalls.system.write(descriptor, $0) }
            guard count > 0 else { throw .unusable(path: path, operation: "write", errorNumber: -count) }
            rest = rest.dropFirst(count)
        }
    }

    func cut(to length: Int) throws(AuditError) {
        let result = FileCalls.system.truncate(descriptor, length)
        guard result == 0 else { throw .unusable(path: path, operation: "truncate", errorNumber: -result) }
        try sync()
    }

    func sync() throws(AuditError) {
        let result = FileCalls.system.sync(descriptor)
        guard result == 0 else { throw .unusable(path: path, operation: "sync", errorNumber: -result) }
    }

    /// The last line that is whole and a record, and where it ends; (nil, 0) when there is none.
    func lastLine() throws(AuditError) -> (line: LogRecovery.Line?, end: Int) {
        var end = try lastNewline(before: size).map { $0 + 1 } ?? 0
        while end > 0 {
            let start = try lastNewline(before: end - 1).map { $0 + 1 } ?? 0
            if end - 1 - start <= Self.longest {
                let bytes = try read(at: start, count: end - 1 - start)
                if let heading = Self.heading(of: bytes) {
                    let line = LogRecovery.Line(
                        sequence: heading.sequence, hash: ChainLink.hash(of: bytes), time: Self.time(heading))
                    return (line, end)
                }
            }
            end = start
        }
        return (nil, 0)
    }

    /// The heading of `bytes` when they are one whole record.
    static func heading(of bytes: [UInt8]) -> LineHeading? {
        guard let heading = bytes.withUnsafeBytes({ LineHeading($0) }), (try? JSONParser.parse(bytes)) != nil else {
            return nil
        }
        return heading
    }

    static func time(_ heading: LineHeading) -> AuditTime {
        AuditTime(rfc3339: String(decoding: heading.time, as: UTF8.self)) ?? AuditTime(microseconds: 0)
    }

    /// Time of the first line, looked for in the first `count` bytes; nil when it is no record.
    func firstTime(within count: Int) throws(AuditError) -> AuditTime? {
        let bytes = try read(at: 0, count: min(count, 64 << 10))
        guard let newline = bytes.firstIndex(of: 0x0A) else { return nil }
        return Self.heading(of: Array(bytes[..<newline])).map { Self.time($0) }
    }

    private func lastNewline(before end: Int) throws(AuditError) -> Int? {
        var upper = end
        while upper > 0 {
            let lower = max(0, upper - 64 << 10)
            let bytes = try read(at: lower, count: upper - lower)
            if let position = bytes.lastIndex(of: 0x0A) { return lower + position }
            upper = lower
        }
        return nil
    }
}
