import Foundation

/// Writes a result without destroying anything that was there.
enum OutputFile {
    /// Writes `bytes` to `path` by way of a file beside it, so that a reader sees the old or the new content.
    ///
    /// Throws when `path` exists and `isForced` is false, or when the system refuses.
    static func write(_ bytes: [UInt8], to path: String, isForced: Bool) throws(CommandFailure) {
        var status = stat()
        if lstat(path, &status) == 0 {
            guard isForced else { throw .usage("\(path) exists; add --force to replace it") }
            guard status.st_mode & S_IFMT != S_IFDIR else { throw .usage("\(path) is a folder") }
        }
        let temporary = "\(path).\(getpid()).part"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure(path) }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let error = failure(path)
                close(descriptor)
                unlink(temporary)
                throw error
            }
            written += count
        }
        close(descriptor)
        guard rename(temporary, path) == 0 else {
            let error = failure(path)
            unlink(temporary)
            throw error
        }
    }

    /// True when both paths lead to one file.
    static func isSame(_ a: String, _ b: String) -> Bool {
        var first = stat()
        var second = stat()
        guard stat(a, &first) == 0, stat(b, &second) == 0 else { return false }
        return first.st_dev == second.st_dev && first.st_ino == second.st_ino
    }

    private static func failure(_ path: String) -> CommandFailure {
        .unreachable("\(path) cannot be written: \(String(cString: strerror(errno)))")
    }
}
