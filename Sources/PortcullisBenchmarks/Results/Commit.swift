import Foundation

/// Names what is measured.
enum Commit {
    /// The hash of the checked-out commit, with `+changes` where the tree differs from it; `unknown` outside a checkout.
    static func current() -> String {
        guard let hash = git(["rev-parse", "--short=12", "HEAD"]), !hash.isEmpty else { return "unknown" }
        // What is measured comes from these; a result that was just written is no change.
        let changes = git(["status", "--porcelain", "--", "Package.swift", "Sources", "Policies"]) ?? ""
        return changes.isEmpty ? hash : hash + "+changes"
    }

    private static func git(_ arguments: [String]) -> String? {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["git"] + arguments
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil, let bytes = try? output.fileHandleForReading.readToEnd() else { return nil }
        process.waitUntilExit()
        return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
