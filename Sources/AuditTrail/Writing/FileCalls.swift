#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// The system calls that can fail on a full or broken disk, so that tests can make them fail.
struct FileCalls: Sendable {
    /// write(2): bytes written, or a negative errno.
    var write: @Sendable (Int32, UnsafeRawBufferPointer) -> Int
    /// fdatasync(2): 0, or a negative errno.
    var sync: @Sendable (Int32) -> Int
    /// fsync(2) of a folder: 0, or a negative errno.
    var syncFolder: @Sendable (Int32) -> Int
    /// ftruncate(2): 0, or a negative errno.
    var truncate: @Sendable (Int32, Int) -> Int

    /// The real ones, restarted when a signal interrupts them.
    static let system = FileCalls(
        write: { descriptor, bytes in restarting { writeBytes(descriptor, bytes.baseAddress, bytes.count) } },
        sync: { descriptor in restarting { Int(fdatasync(descriptor)) } },
        syncFolder: { descriptor in restarting { Int(fsync(descriptor)) } },
        truncate: { descriptor, length in restarting { Int(ftruncate(descriptor, off_t(length))) } })

    /// Writes all of `bytes`, in several calls if need be; why not, if it fails. Some may be written then.
    func writeAll(_ descriptor: Int32, _ bytes: [UInt8]) -> AuditError? {
        bytes.withUnsafeBytes { bytes in
            var rest = bytes
            while !rest.isEmpty {
                let written = write(descriptor, rest)
                guard written > 0 else {
                    return .storageFailed(operation: "write", errorNumber: written == 0 ? Int(EIO) : -written)
                }
                rest = UnsafeRawBufferPointer(rebasing: rest[written...])
            }
            return nil
        }
    }

    private static func restarting(_ call: () -> Int) -> Int {
        while true {
            let result = call()
            if result >= 0 { return result }
            if errno != EINTR { return -Int(errno) }
        }
    }
}

/// write(2), under a name that no member hides.
private func writeBytes(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}

/// close(2), under a name that no member hides. Nothing useful can be done when it fails.
func closeDescriptor(_ descriptor: Int32) {
    _ = close(descriptor)
}

/// What an errno says.
enum SystemText {
    static func of(_ number: Int) -> String {
        String(cString: strerror(Int32(truncatingIfNeeded: number)))
    }
}
