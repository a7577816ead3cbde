import AdmissionPolicy
import Foundation

/// Folders `forward`, `flag`, `divert` and `reject` with links to the files of a scan. The files themselves are never
/// moved, changed or removed.
struct SortedFolder: Sendable {
    /// Holds the four.
    let path: String

    /// Puts the file at `source`, called `name` below the scanned folder, under its verdict, and takes an older link of it
    /// from under the others. A hard link where the file system allows, else a copy.
    func put(_ source: String, name: String, verdict: VerdictKind) throws(CommandFailure) {
        for other in VerdictKind.allCases where other != verdict {
            let old = place(name, other)
            if isLink(old, to: source) { unlink(old) }
        }
        let target = place(name, verdict)
        try StateFolders.make(StateFolders.parent(of: target))
        if isLink(target, to: source) { return }
        var status = stat()
        if lstat(target, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFREG else { throw .unreachable("\(target) is in the way") }
            // A copy, or a link to what the file was before.
            guard unlink(target) == 0 else { throw Self.failure(target) }
        }
        // Flags of 0: were the source replaced by a symbolic link, the link itself would be linked, not what it points at.
        if linkat(AT_FDCWD, source, AT_FDCWD, target, 0) == 0 { return }
        switch BoundedFile.read(source, limit: ImagePath.limitBytes) {
        case .success(let bytes): try OutputFile.write(bytes, to: target, isForced: false)
        case .failure(let error): throw .unreachable("\(source) \(error.reason)")
        }
    }

    private func place(_ name: String, _ verdict: VerdictKind) -> String {
        "\(path)/\(verdict.rawValue)/\(name)"
    }

    /// True when `path` is the same file as `source`, or a copy with the same bytes.
    private func isLink(_ path: String, to source: String) -> Bool {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
        if OutputFile.isSame(path, source) { return true }
        guard case .success(let copy) = BoundedFile.read(path, limit: ImagePath.limitBytes),
            case .success(let original) = BoundedFile.read(source, limit: ImagePath.limitBytes)
        else { return false }
        return copy == original
    }

    private static func failure(_ path: String) -> CommandFailure {
        .unreachable("\(path) cannot be replaced: \(String(cString: strerror(errno)))")
    }
}
