#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// The last line that the writer made durable, kept beside the log: without it nobody could tell a log whose end was cut
/// off from one that ended there.
struct LogHead: Hashable, Sendable {
    let sequence: Int
    /// 64 hex digits: the hash of that line.
    let hash: [UInt8]

    /// 256 bytes, padded with spaces: one write within one sector replaces the old head whole.
    func bytes() -> [UInt8] {
        var writer = CanonicalWriter(capacity: 256)
        writer.raw("{\"hash\":\"")
        writer.raw(hash)
        writer.raw("\",\"seq\":")
        writer.integer(sequence)
        writer.raw("}")
        while writer.bytes.count < 255 { writer.byte(0x20) }
        writer.byte(0x0A)
        return writer.bytes
    }

    init(sequence: Int, hash: [UInt8]) {
        self.sequence = sequence
        self.hash = hash
    }

    /// Nil when `bytes` are no head.
    init?(_ bytes: [UInt8]) {
        guard let value = try? JSONParser.parse(bytes), let sequence = value["seq"]?.integer, sequence > 0,
            let hash = value["hash"]?.string, hash.utf8.count == 64
        else { return nil }
        self.init(sequence: sequence, hash: Array(hash.utf8))
    }

    /// What a folder says about its head.
    enum Finding: Hashable {
        case missing
        case unreadable
        case found(LogHead)
    }

    /// The head of the log in `directory`.
    static func read(in directory: String) -> Finding {
        let descriptor = open(directory + "/" + LogFiles.head, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return errno == ENOENT ? .missing : .unreadable }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
        guard count > 0, let head = LogHead(Array(bytes[..<count])) else { return .unreadable }
        return .found(head)
    }
}
