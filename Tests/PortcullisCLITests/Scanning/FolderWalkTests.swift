import Foundation
import Testing

@testable import PortcullisCLI

/// A folder for the time of one test.
final class ScratchFolder: Sendable {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "scratch-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file below the folder, with the folders that it takes.
    func write(_ text: String, to name: String) throws {
        let url = URL(filePath: path + "/" + name)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }
}

@Suite("FolderWalk")
struct FolderWalkTests {
    @Test("lists files below folders in the order of their bytes, without hidden ones and links")
    func lists() throws {
        let folder = try ScratchFolder()
        for name in ["b.png", "a/z.png", "a/B.png", "Z.png", ".hidden", ".git/x", "é.png"] {
            try folder.write("x", to: name)
        }
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/link.png", withDestinationPath: folder.path + "/b.png")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/loop", withDestinationPath: folder.path)
        let listing = try FolderWalk.listing(of: folder.path)
        #expect(listing.files == ["Z.png", "a/B.png", "a/z.png", "b.png", "é.png"])
        #expect(listing.hidden == 2)
        #expect(listing.passedOver.count == 2)
    }

    @Test("what is no folder is refused")
    func refuses() throws {
        let folder = try ScratchFolder()
        try folder.write("x", to: "file")
        #expect(throws: CommandFailure.self) { try FolderWalk.listing(of: folder.path + "/file") }
        #expect(throws: CommandFailure.self) { try FolderWalk.listing(of: folder.path + "/absent") }
    }

    @Test("tells what lies in a folder, through links and for what does not exist yet")
    func contains() throws {
        let folder = try ScratchFolder()
        try folder.write("x", to: "inner/file")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/link", withDestinationPath: folder.path + "/inner")
        #expect(FolderWalk.contains(folder.path, folder.path + "/inner/new/deeper"))
        #expect(FolderWalk.contains(folder.path + "/inner", folder.path + "/link/new"))
        #expect(FolderWalk.contains(folder.path, folder.path))
        #expect(!FolderWalk.contains(folder.path + "/inner", folder.path + "/innermost"))
        #expect(!FolderWalk.contains(folder.path + "/inner", folder.path))
    }
}
