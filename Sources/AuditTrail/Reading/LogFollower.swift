/// Hands out records as they are written, across rotations: the library's part of `audit tail -f`.
///
/// It never sleeps: the caller asks again when it likes.
package struct LogFollower: Sendable {
    private let path: String
    private var file: String?
    private var offset = 0

    /// Follows the log at `path`, a folder or one file, from its present end.
    package init(fromEndOf path: String) throws(AuditError) {
        self.path = path
        file = try LogFiles.paths(at: path).last
        guard let file else { return }
        var end = 0
        try LineStream.read(file) { line throws(AuditError) in
            if line.isTerminated { end = line.offset + line.length + 1 }
            return true
        }
        offset = end
    }

    /// Follows the log at `path`, a folder or one file, from its first record.
    package init(fromBeginningOf path: String) {
        self.path = path
    }

    /// Calls `body` with every record that `query` wants and was completed since the last call, with its line. Lines
    /// that are no records are passed over.
    package mutating func poll(
        _ query: AuditQuery = AuditQuery(), _ body: (AuditEntry, _ line: [UInt8]) -> Void
    ) throws(AuditError) {
        // The list is made first: a file that is not in it was begun after the current one got its last line, which the
        // next call then finds.
        let paths = try LogFiles.paths(at: path)
        let start = file.flatMap { paths.firstIndex(of: $0) } ?? 0
        if file.map(paths.contains) != true { offset = 0 }
        guard start < paths.count else { return }
        for path in paths[start...] {
            if path != file {
                file = path
                offset = 0
            }
            var end = offset
            try LineStream.read(path, from: offset) { line throws(AuditError) in
                guard line.isTerminated else { return false }
                end = line.offset + line.length + 1
                guard !line.isTooLong else { return true }
                let bytes = Array(line.bytes)
                if let entry = AuditEntry(line: bytes), query.matches(entry) { body(entry, bytes) }
                return true
            }
            offset = end
        }
    }
}
