#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Finds where a log ends, whatever stopped its last writer.
///
/// Bytes after the last whole line are never dropped: they are moved to a file of their own, and the next record says
/// so. A last line that lacks only its newline is completed.
struct LogRecovery {
    /// Where writing goes on.
    struct End {
        /// Nil when there is no file yet.
        var fileName: String?
        /// Bytes of that file that are whole lines.
        var fileBytes = 0
        /// The last whole line; nil when there is none anywhere.
        var last: Line?
        /// Time of the first line of the file; nil when it is empty.
        var fileStart: AuditTime?
        /// What the next record says about the repair.
        var details: [String: AuditValue] = [:]
    }

    struct Line {
        let sequence: Int
        let hash: [UInt8]
        let time: AuditTime
    }

    let directory: String

    /// The end of the log, after repairing the newest file.
    func run() throws(AuditError) -> End {
        var end = End()
        let names = try LogFiles.names(in: directory)
        guard let newest = names.last else { return end }
        end.fileName = newest
        let file = try TailFile(path: directory + "/" + newest, flags: O_RDWR)
        defer { file.close() }
        let tail = try file.lastLine()
        end.last = tail.line
        end.fileBytes = tail.end
        for older in names.dropLast().reversed() where end.last == nil {
            let file = try TailFile(path: directory + "/" + older, flags: O_RDONLY)
            defer { file.close() }
            end.last = try file.lastLine().line
        }
        if tail.end < file.size { try repair(file, &end) }
        end.fileStart = try file.firstTime(within: end.fileBytes)
        return end
    }

    private func repair(_ file: TailFile, _ end: inout End) throws(AuditError) {
        let length = file.size - end.fileBytes
        if length <= TailFile.longest {
            let fragment = try file.read(at: end.fileBytes, count: length)
            let expected = (end.last?.sequence ?? 0) + 1
            let previous = end.last?.hash ?? ChainLink.genesis
            if let whole = TailFile.heading(of: fragment), whole.sequence == expected, whole.previous == previous {
                try file.append([0x0A])
                end.fileBytes = file.size + 1
                end.last = Line(
                    sequence: whole.sequence, hash: ChainLink.hash(of: fragment), time: TailFile.time(whole))
                end.details["completed_line"] = .integer(whole.sequence)
                return
            }
        }
        let name = try moveAside(file, from: end.fileBytes, sequence: (end.last?.sequence ?? 0) + 1)
        try file.cut(to: end.fileBytes)
        end.details["torn_bytes"] = .integer(length)
        end.details["torn_file"] = .text(name)
    }

    /// Copies the bytes after `start` to a new file and syncs it before they are cut from the log.
    private func moveAside(_ file: TailFile, from start: Int, sequence: Int) throws(AuditError) -> String {
        for attempt in 0..<10_000 {
            let name = LogFiles.tornName(sequence: sequence, attempt: attempt)
            let path = directory + "/" + name
            let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            if descriptor < 0 {
                if errno == EEXIST { continue }
                throw .unusable(path: path, operation: "create", errorNumber: Int(errno))
            }
            let aside = TailFile(descriptor: descriptor, path: path, size: 0)
            defer { aside.close() }
            var position = start
            while position < file.size {
                let chunk = try file.read(at: position, count: min(1 << 20, file.size - position))
                try aside.append(chunk)
                position += chunk.count
            }
            try aside.sync()
            return name
        }
        throw .unusable(path: directory, operation: "create a file for torn bytes in", errorNumber: Int(EEXIST))
    }
}
