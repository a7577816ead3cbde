import Foundation
import ImageCodecs
import PixelCore
import Testing

/// What `scripts/make-pngsuite-manifest.py` wrote for one file.
private struct Expected: Decodable {
    let width: Int
    let height: Int
    let channels: Int
    let crc: UInt32
}

@Suite("PngSuite")
struct PngSuiteTests {
    @Test("every valid file equals the reference decode, sample by sample")
    func validFiles() throws {
        let manifest = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/pngsuite.json")
        let expected = try JSONDecoder().decode([String: Expected].self, from: Data(contentsOf: manifest))
        let files = try CodecFixtures.files("pngsuite") { $0.hasSuffix(".png") && !$0.hasPrefix("x") }
        #expect(Set(files.map(\.lastPathComponent)) == Set(expected.keys))
        for file in files {
            let name = file.lastPathComponent
            let image = try CodecFixtures.decode(CodecFixtures.bytes(file)).image
            let reference = try #require(expected[name])
            let shape = PixelShape(width: reference.width, height: reference.height, channels: reference.channels)
            #expect(image.shape == shape, "\(name)")
            #expect(CodecFixtures.crc(CodecFixtures.samples(image)) == reference.crc, "\(name)")
        }
    }

    @Test("every corrupt file is refused with a reason")
    func corruptFiles() throws {
        for file in try CodecFixtures.files("pngsuite", where: { $0.hasPrefix("x") && $0.hasSuffix(".png") }) {
            let bytes = try CodecFixtures.bytes(file)
            do throws(CodecError) {
                _ = try CodecFixtures.decode(bytes)
                Issue.record("\(file.lastPathComponent) was decoded")
            } catch .malformed(_, let detail) {
                #expect(!detail.isEmpty, "\(file.lastPathComponent)")
            } catch .unsupported(let detected) {
                #expect(!detected.isEmpty, "\(file.lastPathComponent)")
            } catch {
                Issue.record("\(file.lastPathComponent): \(error)")
            }
        }
    }

    @Test("a file cut at any place is refused, and never reported as a malfunction")
    func truncations() throws {
        for name in ["basn2c08.png", "basi6a16.png", "tbbn3p08.png"] {
            let bytes = try CodecFixtures.bytes(CodecFixtures.data.appending(path: "pngsuite/\(name)"))
            for count in 0..<bytes.count {
                do throws(CodecError) {
                    _ = try CodecFixtures.decode(Array(bytes.prefix(count)))
                    Issue.record("\(name) cut to \(count) bytes was decoded")
                } catch .malfunction(let detail) {
                    Issue.record("\(name) cut to \(count) bytes: \(detail)")
                } catch {
                    #expect(error != .cancelled)
                }
            }
        }
    }
}
