import Foundation
import Testing

@testable import PortcullisCLI

@Suite("BoundedFile")
struct BoundedFileTests {
    /// A folder for one test, removed by it.
    private static func folder() throws -> String {
        try StateFolders.makeTemporary()
    }

    @Test("reads a file up to the limit and not past it")
    func readsWithinLimit() throws {
        let folder = try Self.folder()
        defer { StateFolders.remove(folder) }
        try OutputFile.write([1, 2, 3], to: folder + "/f", isForced: false)
        #expect(BoundedFile.read(folder + "/f", limit: 3) == .success([1, 2, 3]))
        #expect(throws: FileReadingError.self) { try BoundedFile.read(folder + "/f", limit: 2).get() }
    }

    @Test("refuses folders, devices and pipes without waiting for a writer, and what is not there")
    func refusesOthers() throws {
        let folder = try Self.folder()
        defer { StateFolders.remove(folder) }
        #expect(mkfifo(folder + "/pipe", 0o600) == 0)
        for path in [folder, folder + "/pipe", folder + "/absent", "/dev/null", "", "a\u{0}b"] {
            #expect(throws: FileReadingError.self, "\(path)") { try BoundedFile.read(path, limit: 10).get() }
        }
    }

    @Test("results replace nothing unless forced, and never a folder")
    func keepsWhatIsThere() throws {
        let folder = try Self.folder()
        defer { StateFolders.remove(folder) }
        let path = folder + "/out"
        try OutputFile.write([1], to: path, isForced: false)
        #expect(throws: CommandFailure.self) { try OutputFile.write([2], to: path, isForced: false) }
        #expect(BoundedFile.read(path, limit: 9) == .success([1]))
        try OutputFile.write([2], to: path, isForced: true)
        #expect(BoundedFile.read(path, limit: 9) == .success([2]))
        #expect(throws: CommandFailure.self) { try OutputFile.write([2], to: folder, isForced: true) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["out"])
    }

    @Test("folders of the log and the key are for their owner alone")
    func makesPrivateFolders() throws {
        let folder = try Self.folder()
        defer { StateFolders.remove(folder) }
        try StateFolders.make(folder + "/a/b")
        for path in [folder + "/a", folder + "/a/b"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o700)
        }
    }
}
