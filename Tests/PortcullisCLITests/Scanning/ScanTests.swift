import AdmissionPolicy
import ArgumentParser
import AuditTrail
import Foundation
import Testing

@testable import PortcullisCLI

@Suite("Scan")
struct ScanTests {
    private static func example(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "examples/images/\(name)").path
    }

    private static func inode(_ path: String) throws -> UInt64 {
        var status = stat()
        try #require(stat(path, &status) == 0)
        return UInt64(status.st_ino)
    }

    @Test("sorts by verdict with links, alters nothing, and ends with 1 when something was held")
    func sorts() async throws {
        let folder = try ScratchFolder()
        let inbox = folder.path + "/inbox"
        try folder.write("no image", to: "inbox/notes.txt")
        for name in ["digit-7-clean.png", "digit-1-pgd-read-as-7.png"] {
            try FileManager.default.copyItem(atPath: Self.example(name), toPath: inbox + "/" + name)
        }
        let before = FileManager.default.contents(atPath: inbox + "/digit-7-clean.png")
        let arguments = [
            "scan", inbox, "--self", "--path", "/digit", "--policy", "cheque-intake", "--out",
            folder.path + "/r.csv", "--sort-into", folder.path + "/sorted",
        ]
        #expect(await Portcullis.status(of: arguments) == ExitStatus.findings.rawValue)
        let clean = folder.path + "/sorted/forward/digit-7-clean.png"
        #expect(try Self.inode(clean) == Self.inode(inbox + "/digit-7-clean.png"))
        #expect(FileManager.default.fileExists(atPath: folder.path + "/sorted/divert/digit-1-pgd-read-as-7.png"))
        #expect(FileManager.default.fileExists(atPath: folder.path + "/sorted/divert/notes.txt"))
        #expect(FileManager.default.contents(atPath: inbox + "/digit-7-clean.png") == before)
        let table = FileManager.default.contents(atPath: folder.path + "/r.csv")
        #expect(await Portcullis.status(of: arguments) == ExitStatus.findings.rawValue)
        #expect(FileManager.default.contents(atPath: folder.path + "/r.csv") == table)
    }

    @Test("a table that was made on another path is refused and left as it is")
    func refusesAnotherBasis() async throws {
        let folder = try ScratchFolder()
        let inbox = folder.path + "/inbox"
        try folder.write("no image", to: "inbox/notes.txt")
        func arguments(_ path: String) -> [String] {
            ["scan", inbox, "--self", "--path", path, "--policy", "cheque-intake", "--out", folder.path + "/r.csv"]
        }
        #expect(await Portcullis.status(of: arguments("/digit")) == ExitStatus.findings.rawValue)
        let table = FileManager.default.contents(atPath: folder.path + "/r.csv")
        let status = await Portcullis.status(of: arguments("/cheque"))
        #expect(status != ExitStatus.findings.rawValue && status != 0)
        #expect(FileManager.default.contents(atPath: folder.path + "/r.csv") == table)
    }

    @Test("every judged file has a record that can be replayed and calibrated from")
    func records() async throws {
        let folder = try ScratchFolder()
        try folder.write("no image", to: "inbox/notes.txt")
        let name = "digit-7-clean.png"
        try FileManager.default.copyItem(atPath: Self.example(name), toPath: folder.path + "/inbox/" + name)
        _ = await Portcullis.status(of: [
            "scan", folder.path + "/inbox", "--self", "--path", "/digit", "--policy", "cheque-intake", "--out",
            folder.path + "/r.csv", "--audit", folder.path + "/audit",
        ])
        var ids: [String] = []
        var query = AuditQuery()
        query.verdicts = ["forward"]
        try AuditReader(path: folder.path + "/audit").read(query) { entry, _ in
            ids.append(entry.id.description)
            return true
        }
        #expect(ids.count == 1)
        #expect(try AuditVerifier.verify(folder.path + "/audit").isIntact)
        #expect(try AuditSample.read(folder.path + "/audit").eligible == 1)
        let status = await Portcullis.status(of: [
            "replay", ids.first ?? "", "--audit", folder.path + "/audit", "--image", Self.example(name), "--policy",
            "cheque-intake", "--self", "--path", "/digit",
        ])
        #expect(status == ExitStatus.fine.rawValue)
    }

    @Test("a file that changed its mind moves its link, and only links of it are taken away")
    func movesLinks() throws {
        let folder = try ScratchFolder()
        try folder.write("image", to: "in/a.png")
        try folder.write("somebody else's", to: "sorted/reject/a.png")
        let sorted = SortedFolder(path: folder.path + "/sorted")
        try sorted.put(folder.path + "/in/a.png", name: "a.png", verdict: .flag)
        #expect(FileManager.default.fileExists(atPath: folder.path + "/sorted/flag/a.png"))
        #expect(FileManager.default.fileExists(atPath: folder.path + "/sorted/reject/a.png"))
        try sorted.put(folder.path + "/in/a.png", name: "a.png", verdict: .forward)
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/sorted/flag/a.png"))
        #expect(FileManager.default.fileExists(atPath: folder.path + "/sorted/forward/a.png"))
        #expect(FileManager.default.fileExists(atPath: folder.path + "/in/a.png"))
    }

    @Test(
        "what makes no sense is refused",
        arguments: [
            ["--out", "r.csv"], ["--out", "r.txt", "--self"], ["--self"],
            ["--out", "r.csv", "--self", "--concurrency", "0"], ["--out", "r.csv", "--self", "--path", "x"],
        ])
    func refuses(arguments: [String]) {
        #expect(throws: (any Error).self) { try Portcullis.parseAsRoot(["scan", "dir"] + arguments) }
    }

    @Test("links are not made where they would be scanned")
    func refusesInside() async throws {
        let folder = try ScratchFolder()
        try folder.write("x", to: "in/a.png")
        let status = await Portcullis.status(of: [
            "scan", folder.path + "/in", "--self", "--out", folder.path + "/r.csv", "--sort-into",
            folder.path + "/in/sorted",
        ])
        #expect(status == ExitStatus.usage.rawValue)
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/r.csv"))
    }
}
