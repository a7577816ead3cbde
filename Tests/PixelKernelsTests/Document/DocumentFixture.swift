import Foundation
import PixelCore

/// An image and what a peer makes of it; written by `scripts/fixtures/make_document.py`.
struct DocumentFixture: Decodable, Sendable {
    let width: Int
    let height: Int
    let channels: Int
    let input: String
    let output: String
    var operation: String?
    var window: Int?
    var target: String?
    var area: Int?
    var threshold: Int?
    var factor: Int?

    /// The cases of one file.
    static func cases(_ name: String) throws -> [DocumentFixture] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let data = try Data(contentsOf: folder.appending(path: "Fixtures/document/\(name).json"))
        return try JSONDecoder().decode([DocumentFixture].self, from: data)
    }

    var shape: PixelShape? { PixelShape(width: width, height: height, channels: channels) }
    var inputSamples: [UInt8] { Self.bytes(input) }
    var outputSamples: [UInt8] { Self.bytes(output) }

    private static func bytes(_ text: String) -> [UInt8] {
        let digits = Array(text)
        return stride(from: 0, to: digits.count - 1, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
    }
}
