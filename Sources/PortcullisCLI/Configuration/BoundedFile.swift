import Foundation

/// Why a file could not be read, as words that follow its name.
struct FileReadingError: Error, Hashable, Sendable {
    /// `cannot be read: No such file or directory`.
    let reason: String
}

/// Reads whole regular files up to a size, whatever the path turns out to be.
enum BoundedFile {
    /// The bytes of the file at `path`.
    ///
    /// Fails for what is no regular file (a folder, a pipe, a device), for more than `limit` bytes, and when the system
    /// refuses. Never blocks on a pipe.
    static func read(_ path: String, limit: Int) -> Result<[UInt8], FileReadingError> {
        // Without O_NONBLOCK, opening a pipe waits until somebody writes into it.
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return .failure(systemError()) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return .failure(systemError()) }
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR: return .failure(FileReadingError(reason: "is a folder, not a file"))
        default: return .failure(FileReadingError(reason: "is no regular file"))
        }
        let size = Int(status.st_size)
        guard size <= limit else {
            return .failure(FileReadingError(reason: "has \(size) bytes; at most \(limit) are read"))
        }
        return readAll(descriptor, expected: size, limit: limit)
    }

    private static func readAll(
        _ descriptor: Int32, expected: Int, limit: Int
    ) -> Result<[UInt8], FileReadingError> {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(expected)
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = chunk.withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress, $0.count) }
            if count == 0 { return .success(bytes) }
            if count < 0 {
                if errno == EINTR { continue }
                return .failure(systemError())
            }
            // Files of /proc say that they are empty, and others grow while they are read.
            guard bytes.count + count <= limit else {
                return .failure(FileReadingError(reason: "has more than \(limit) bytes"))
            }
            bytes += chunk[..<count]
        }
    }

    private static func systemError() -> FileReadingError {
        FileReadingError(reason: "cannot be read: \(String(cString: strerror(errno)))")
    }
}
