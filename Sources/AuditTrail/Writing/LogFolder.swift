#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Makes and opens the files that a writer keeps in a log's folder.
struct LogFolder: Sendable {
    let path: String
    let calls: FileCalls

    /// The log file `name` for appending. A new one is in the folder for good when this returns.
    func openLog(_ name: String, isNew: Bool) throws(AuditError) -> Int32 {
        // An empty file of this name is what a crash between making a file and its first line leaves.
        let descriptor = openFile(
            path + "/" + name, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW | (isNew ? O_CREAT : 0))
        guard descriptor >= 0 else {
            throw .unusable(path: path + "/" + name, operation: isNew ? "create" : "open", errorNumber: Int(errno))
        }
        guard isNew else { return descriptor }
        do throws(AuditError) {
            try sync()
        } catch {
            closeDescriptor(descriptor)
            throw error
        }
        return descriptor
    }

    /// A new log file for appending that holds `line`, both durable when this returns. The name is given last: when the
    /// line cannot be made durable there is no such file. One that an earlier attempt left is replaced.
    func makeLog(_ name: String, beginningWith line: [UInt8]) throws(AuditError) -> Int32 {
        let draft = path + "/" + LogFiles.next
        _ = unlink(draft)
        let descriptor = openFile(draft, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_CREAT | O_EXCL)
        guard descriptor >= 0 else {
            throw .storageFailed(operation: "create " + LogFiles.next, errorNumber: Int(errno))
        }
        do throws(AuditError) {
            if let failure = calls.writeAll(descriptor, line) { throw failure }
            let result = calls.sync(descriptor)
            guard result == 0 else { throw AuditError.storageFailed(operation: "sync", errorNumber: -result) }
            guard rename(draft, path + "/" + name) == 0 else {
                throw AuditError.storageFailed(operation: "name " + name, errorNumber: Int(errno))
            }
            try sync()
        } catch {
            closeDescriptor(descriptor)
            _ = unlink(draft)
            throw error
        }
        return descriptor
    }

    /// The file that names the last durable line.
    func openHead() throws(AuditError) -> Int32 {
        let head = path + "/" + LogFiles.head
        let descriptor = openFile(head, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw .unusable(path: head, operation: "open", errorNumber: Int(errno)) }
        return descriptor
    }

    /// Makes the names in the folder durable.
    func sync() throws(AuditError) {
        let descriptor = openFile(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .storageFailed(operation: "open the folder", errorNumber: Int(errno)) }
        defer { closeDescriptor(descriptor) }
        let result = calls.syncFolder(descriptor)
        // A file system that cannot sync a folder says so with EINVAL; there is nothing more to do there.
        guard result == 0 || result == -Int(EINVAL) else {
            throw .storageFailed(operation: "sync the folder", errorNumber: -result)
        }
    }
}

/// open(2) with mode 0600, under a name that no member hides.
private func openFile(_ path: String, _ flags: Int32) -> Int32 {
    open(path, flags, 0o600)
}
