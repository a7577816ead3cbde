import Foundation

/// The files below a folder, in an order that does not depend on the file system.
enum FolderWalk {
    /// What a folder holds.
    struct Listing: Hashable, Sendable {
        /// Paths of regular files below the folder, without it, in the order of their UTF-8 bytes by component.
        var files: [String] = []
        /// Symbolic links, pipes, devices and what could not be listed; each with its reason.
        var passedOver: [String] = []
        /// Files and folders whose name begins with a full stop.
        var hidden = 0
    }

    /// Deepest folder that is entered.
    private static let depthLimit = 64

    /// Everything below `folder`. Symbolic links are not followed, hidden files and folders not looked at.
    ///
    /// Throws when `folder` itself cannot be listed.
    static func listing(of folder: String) throws(CommandFailure) -> Listing {
        var status = stat()
        guard stat(folder, &status) == 0 else {
            throw .unreachable("the folder \(folder) cannot be listed: \(String(cString: strerror(errno)))")
        }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw .usage("\(folder) is not a folder") }
        var listing = Listing()
        guard let names = names(in: folder) else { throw .unreachable("the folder \(folder) cannot be listed") }
        walk(folder, below: "", names: names, depth: 0, into: &listing)
        return listing
    }

    private static func walk(
        _ folder: String, below prefix: String, names: [String], depth: Int, into listing: inout Listing
    ) {
        for name in names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            if name.hasPrefix(".") {
                listing.hidden += 1
                continue
            }
            let path = folder + "/" + name
            let relative = prefix + name
            var status = stat()
            guard lstat(path, &status) == 0 else {
                listing.passedOver.append("\(relative): \(String(cString: strerror(errno)))")
                continue
            }
            switch status.st_mode & S_IFMT {
            case S_IFREG: listing.files.append(relative)
            case S_IFLNK: listing.passedOver.append("\(relative): a symbolic link")
            case S_IFDIR:
                guard depth < depthLimit, let inner = self.names(in: path) else {
                    listing.passedOver.append("\(relative): cannot be listed")
                    continue
                }
                walk(path, below: relative + "/", names: inner, depth: depth + 1, into: &listing)
            default: listing.passedOver.append("\(relative): no regular file")
            }
        }
    }

    private static func names(in folder: String) -> [String]? {
        try? FileManager.default.contentsOfDirectory(atPath: folder)
    }

    /// True when `path` lies in `folder` or is it, both made absolute and links resolved as far as they exist.
    static func contains(_ folder: String, _ path: String) -> Bool {
        let outer = resolved(folder)
        let inner = resolved(path)
        return inner == outer || inner.hasPrefix(outer == "/" ? "/" : outer + "/")
    }

    /// The real path of what exists, with what does not exist yet behind it.
    private static func resolved(_ path: String) -> String {
        var existing = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
        var rest: [String] = []
        while existing.count > 1 {
            if let real = realpath(existing, nil) {
                defer { free(real) }
                return ([String(cString: real)] + rest.reversed()).joined(separator: "/")
            }
            while existing.hasSuffix("/") { existing.removeLast() }
            let slash = existing.lastIndex(of: "/") ?? existing.startIndex
            rest.append(String(existing[existing.index(after: slash)...]))
            existing = String(existing[..<slash])
        }
        return "/" + rest.reversed().joined(separator: "/")
    }
}
