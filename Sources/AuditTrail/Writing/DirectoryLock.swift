#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Holds a log's folder for one writer. The kernel lets go of it when the process ends, however it ends.
struct DirectoryLock: Sendable {
    private let descriptor: Int32

    /// Makes `directory`, mode 0700, with the folders above it that are missing, and locks it.
    init(directory: String) throws(AuditError) {
        try Self.makeDirectory(directory)
        let path = directory + "/" + LogFiles.lock
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .unusable(path: path, operation: "open", errorNumber: Int(errno)) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let number = Int(errno)
            let owner = Self.owner(descriptor)
            closeDescriptor(descriptor)
            guard number == Int(EWOULDBLOCK) else {
                throw .unusable(path: path, operation: "lock", errorNumber: number)
            }
            throw .locked(directory: directory, owner: owner)
        }
        // Only for the message that a second process prints; the lock is the kernel's.
        let text = Array("process \(getpid())\n".utf8)
        _ = ftruncate(descriptor, 0)
        _ = pwrite(descriptor, text, text.count, 0)
        self.descriptor = descriptor
    }

    /// Lets go.
    func release() {
        closeDescriptor(descriptor)
    }

    private static func owner(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
        return String(decoding: bytes.prefix(max(0, count)).prefix { $0 != 0x0A }, as: UTF8.self)
    }

    private static func makeDirectory(_ path: String) throws(AuditError) {
        var status = stat()
        if stat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFDIR else {
                throw .unusable(path: path, operation: "use as a folder", errorNumber: Int(ENOTDIR))
            }
            return
        }
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            try makeDirectory(String(path[..<slash]))
        }
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw .unusable(path: path, operation: "make the folder", errorNumber: Int(errno))
        }
    }
}
