import Foundation

/// Makes the folders that hold the log and the key, for their owner alone.
enum StateFolders {
    /// Makes `path` and what is missing above it, each with mode 0700.
    static func make(_ path: String) throws(CommandFailure) {
        var status = stat()
        if stat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFDIR else { throw .unreachable("\(path) is not a folder") }
            return
        }
        let above = parent(of: path)
        if above != path, !above.isEmpty { try make(above) }
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw .unreachable("the folder \(path) cannot be made: \(String(cString: strerror(errno)))")
        }
    }

    /// The folder that holds `path`; empty for the current one.
    static func parent(of path: String) -> String {
        var trimmed = path[...]
        while trimmed.count > 1, trimmed.last == "/" { trimmed.removeLast() }
        guard let slash = trimmed.lastIndex(of: "/") else { return "" }
        return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
    }

    /// A fresh folder for the time of one command, with mode 0700.
    static func makeTemporary() throws(CommandFailure) -> String {
        let template = FileManager.default.temporaryDirectory.path + "/portcullis-XXXXXX"
        var bytes = Array(template.utf8CString)
        guard mkdtemp(&bytes) != nil else {
            throw .unreachable("no temporary folder can be made: \(String(cString: strerror(errno)))")
        }
        return String(decoding: bytes.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Removes a folder and all that is in it.
    static func remove(_ path: String) {
        try? FileManager.default.removeItem(atPath: path)
    }
}
