import Foundation
import PixelCore
import Testing

@testable import GuardPipeline

@Suite("DeploymentKey")
struct DeploymentKeyTests {
    private func temporaryPath() -> String {
        FileManager.default.temporaryDirectory.appendingPathComponent("key-\(UUID().uuidString)").path
    }

    @Test("is made once, mode 0600, and read back the same")
    func createAndLoad() throws {
        let path = temporaryPath()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let made = try DeploymentKey.loadOrCreate(path: path)
        let read = try DeploymentKey.loadOrCreate(path: path)
        #expect(made.id == read.id)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test("a file that others can read is refused")
    func tooOpen() throws {
        let path = temporaryPath()
        defer { try? FileManager.default.removeItem(atPath: path) }
        _ = try DeploymentKey.loadOrCreate(path: path)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        #expect(throws: DeploymentKeyError.tooOpen(path: path)) { try DeploymentKey.loadOrCreate(path: path) }
    }

    @Test(
        "a file that holds no key is refused",
        arguments: ["", "zz", "00", "00 11", String(repeating: "ab", count: 8) + "c"])
    func notAKey(text: String) throws {
        let path = temporaryPath()
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(
            FileManager.default.createFile(
                atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600]))
        #expect(throws: DeploymentKeyError.self) { try DeploymentKey.loadOrCreate(path: path) }
    }

    @Test("equal pixels and purpose draw the same, another purpose or key draws anew")
    func streams() throws {
        let key = try DeploymentKey(bytes: [UInt8](repeating: 7, count: 32))
        let other = try DeploymentKey(bytes: [UInt8](repeating: 8, count: 32))
        func draw(_ key: DeploymentKey, _ purpose: String, _ pixels: String) -> UInt64 {
            var generator = key.generator(purpose: purpose, pixelsSHA256: pixels)
            return generator.next()
        }
        #expect(draw(key, "a", "00") == draw(key, "a", "00"))
        #expect(draw(key, "a", "00") != draw(key, "b", "00"))
        #expect(draw(key, "a", "00") != draw(key, "a", "01"))
        #expect(draw(key, "a", "00") != draw(other, "a", "00"))
    }

    @Test("a stream is HMAC-SHA256 keyed ChaCha20: the value an independent implementation gives")
    func knownAnswer() throws {
        let key = try DeploymentKey(bytes: Array(0..<32))
        var generator = key.generator(purpose: "forward", pixelsSHA256: String(repeating: "ab", count: 32))
        let first = generator.next()
        #expect(first == 0x5babc6bb53f8f932)
    }
}

@Suite("Hex")
struct HexTests {
    @Test("writes two digits a byte and reads them back")
    func roundTrip() {
        #expect(Hex.encode([0, 15, 255]) == "000fff")
        let bytes: [UInt8]? = [0, 15, 255]
        #expect(Hex.decode("000FfF\n") == bytes)
    }
}
