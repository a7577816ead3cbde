#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Reads stored records, one line in memory at a time. It does not check the chain: `AuditVerifier` does.
package struct AuditReader: Sendable {
    /// A line that could not be read as a record.
    package struct BadLine: Hashable, Sendable {
        /// The file, as its path was given.
        package let file: String
        /// From 1.
        package let line: Int
        /// Its bytes without the newline.
        package let bytes: Int
    }

    /// What reading met.
    package struct Summary: Hashable, Sendable {
        /// Lines seen.
        package var lines = 0
        /// Records handed out.
        package var matches = 0
        /// The first hundred lines that are no records.
        package var badLines: [BadLine] = []
    }

    private let path: String

    /// A reader of the log at `path`: a folder with its rotated files, or one file.
    package init(path: String) {
        self.path = path
    }

    /// Calls `body` with every record that `query` wants and its line, oldest first, until it returns false.
    ///
    /// A last line that is still being written is left out; a line that is no record is reported and passed over.
    @discardableResult
    package func read(
        _ query: AuditQuery = AuditQuery(), _ body: (AuditEntry, _ line: [UInt8]) -> Bool
    ) throws(AuditError) -> Summary {
        var summary = Summary()
        for path in try relevantPaths(query) {
            if query.limit.map({ summary.matches >= $0 }) == true { break }
            guard try readFile(path, query, &summary, body) else { break }
        }
        return summary
    }

    /// The last `count` records that `query` wants with their lines, oldest first. Reads the newest files alone.
    package func last(
        _ count: Int, _ query: AuditQuery = AuditQuery()
    ) throws(AuditError) -> [(entry: AuditEntry, line: [UInt8])] {
        var kept: [(entry: AuditEntry, line: [UInt8])] = []
        for path in try relevantPaths(query).reversed() where kept.count < count {
            var ring = RecentLines(capacity: count - kept.count)
            var summary = Summary()
            _ = try readFile(path, query, &summary) { entry, line in
                ring.add((entry, line))
                return true
            }
            kept = ring.oldestFirst + kept
        }
        return kept
    }

    /// The records with these ids. Later records of the same id do not replace the first.
    package func records(ids: Set<AuditID>) throws(AuditError) -> [AuditID: AuditEntry] {
        var found: [AuditID: AuditEntry] = [:]
        try read { entry, _ in
            if ids.contains(entry.id), found[entry.id] == nil { found[entry.id] = entry }
            return found.count < ids.count
        }
        return found
    }

    /// False when `body` wants no more.
    private func readFile(
        _ path: String, _ query: AuditQuery, _ summary: inout Summary, _ body: (AuditEntry, [UInt8]) -> Bool
    ) throws(AuditError) -> Bool {
        let needles = query.needles
        var isWanted = true
        try LineStream.read(path) { line throws(AuditError) in
            guard line.isTerminated else { return false }
            summary.lines += 1
            guard !line.isTooLong else {
                summary.note(BadLine(file: path, line: line.number, bytes: line.length))
                return true
            }
            guard needles.isEmpty || needles.contains(where: { line.bytes.holds($0) }) else { return true }
            let bytes = Array(line.bytes)
            guard let entry = AuditEntry(line: bytes) else {
                summary.note(BadLine(file: path, line: line.number, bytes: line.length))
                return true
            }
            guard query.matches(entry) else { return true }
            summary.matches += 1
            isWanted = body(entry, bytes) && query.limit.map { summary.matches < $0 } != false
            return isWanted
        }
        return isWanted
    }

    /// The files that may hold wanted records: those that end before `since` or begin after `until` are skipped.
    private func relevantPaths(_ query: AuditQuery) throws(AuditError) -> [String] {
        let paths = try LogFiles.paths(at: path)
        guard query.since != nil || query.until != nil, paths.count > 1 else { return paths }
        var starts: [AuditTime?] = []
        for path in paths {
            var start: AuditTime?
            try LineStream.read(path) { line throws(AuditError) in
                start = LineHeading(line.bytes).map { TailFile.time($0) }
                return false
            }
            starts.append(start)
        }
        return paths.indices.filter { index in
            let next = index + 1 < starts.count ? starts[index + 1] : nil
            if let since = query.since, let next, next < since { return false }
            if let until = query.until, let start = starts[index], start >= until { return false }
            return true
        }.map { paths[$0] }
    }
}

extension AuditReader.Summary {
    fileprivate mutating func note(_ bad: AuditReader.BadLine) {
        if badLines.count < 100 { badLines.append(bad) }
    }
}

/// Keeps the newest of what it is given.
private struct RecentLines {
    private var lines: [(entry: AuditEntry, line: [UInt8])] = []
    private var next = 0
    private let capacity: Int

    init(capacity: Int) { self.capacity = max(0, capacity) }

    mutating func add(_ line: (entry: AuditEntry, line: [UInt8])) {
        guard capacity > 0 else { return }
        if lines.count < capacity {
            lines.append(line)
        } else {
            lines[next] = line
            next = (next + 1) % capacity
        }
    }

    var oldestFirst: [(entry: AuditEntry, line: [UInt8])] { Array(lines[next...] + lines[..<next]) }
}

extension UnsafeRawBufferPointer {
    /// True when `needle` occurs in these bytes.
    fileprivate func holds(_ needle: [UInt8]) -> Bool {
        guard let first = needle.first, needle.count <= count else { return needle.isEmpty }
        var start = 0
        let last = count - needle.count
        while start <= last, let base = baseAddress?.advanced(by: start),
            let found = memchr(base, Int32(first), last - start + 1)
        {
            let position = start + base.distance(to: UnsafeRawPointer(found))
            if self[position..<position + needle.count].elementsEqual(needle) { return true }
            start = position + 1
        }
        return false
    }
}
