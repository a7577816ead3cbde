#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// The names inside a log's folder.
package enum LogFiles {
    /// Names the process that writes; locked while it does.
    static let lock = "audit.lock"
    /// What the writer last made durable.
    static let head = "audit.head"
    /// A file that begins to be written, until its first line is durable.
    static let next = "audit.next"

    /// The file whose first line has this sequence number. Names sort in the order of the chain.
    static func name(firstSequence: Int) -> String {
        "audit-" + padded(firstSequence) + ".jsonl"
    }

    /// Where bytes that are no whole line are kept.
    static func tornName(sequence: Int, attempt: Int) -> String {
        "torn-" + padded(sequence) + (attempt == 0 ? "" : "-\(attempt)") + ".part"
    }

    private static func padded(_ sequence: Int) -> String {
        let digits = String(sequence)
        return String(repeating: "0", count: max(0, 12 - digits.count)) + digits
    }

    /// The sequence number that the name of the file at `path` gives its first line; nil when it is no log file's name.
    static func firstSequence(of path: String) -> Int? {
        let base = path.split(separator: "/").last.map { String($0) } ?? ""
        guard base.hasPrefix("audit-"), base.hasSuffix(".jsonl"),
            let sequence = Int(base.dropFirst("audit-".count).dropLast(".jsonl".count)), sequence > 0,
            name(firstSequence: sequence) == base
        else { return nil }
        return sequence
    }

    /// The log files of `directory`, oldest first, without the folder's name.
    package static func names(in directory: String) throws(AuditError) -> [String] {
        guard let stream = opendir(directory) else {
            throw .unreadable(path: directory, errorNumber: Int(errno))
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if firstSequence(of: name) != nil { names.append(name) }
        }
        return names.sorted { ($0.utf8.count, $0) < ($1.utf8.count, $1) }
    }

    /// The log files that `path` stands for, oldest first: those of a folder, or the one file.
    package static func paths(at path: String) throws(AuditError) -> [String] {
        var status = stat()
        guard stat(path, &status) == 0 else { throw .unreadable(path: path, errorNumber: Int(errno)) }
        guard status.st_mode & S_IFMT == S_IFDIR else { return [path] }
        return try names(in: path).map { path + "/" + $0 }
    }
}
