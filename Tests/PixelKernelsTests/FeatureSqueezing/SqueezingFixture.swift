import Foundation
import PixelCore

/// Images and what peers make of them; written by `scripts/fixtures/make_squeezing.py`.
struct SqueezingFixture: Decodable {
    struct Picture: Decodable {
        let width: Int
        let height: Int
        let channels: Int
        let samples: String
    }

    struct Case: Decodable {
        let image: String
        let output: String
        let window: Int?
        let rank: String?
        let threshold: Int?
        let grey: String?
        let k: Double?

        var outputSamples: [UInt8] { SqueezingFixture.bytes(output) }
        var greySamples: [UInt8] { SqueezingFixture.bytes(grey ?? "") }
    }

    let images: [String: Picture]
    let cases: [Case]

    /// The file of this name, such as `median`.
    init(_ name: String) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let data = try Data(contentsOf: folder.appending(path: "Fixtures/squeezing/\(name).json"))
        self = try JSONDecoder().decode(Self.self, from: data)
    }

    /// Shape and samples of the image of a case; nil when the file has none of its name.
    func picture(of one: Case) -> (shape: PixelShape, samples: [UInt8])? {
        guard let picture = images[one.image],
            let shape = PixelShape(width: picture.width, height: picture.height, channels: picture.channels)
        else { return nil }
        return (shape, Self.bytes(picture.samples))
    }

    fileprivate static func bytes(_ text: String) -> [UInt8] {
        let digits = Array(text)
        return stride(from: 0, to: digits.count - 1, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
    }
}
