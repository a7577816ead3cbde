import Foundation
import PixelCore

/// Images and what OpenCV makes of them; written by `scripts/fixtures/make_nonlocal.py`.
struct NonLocalFixture: Decodable {
    struct Picture: Decodable {
        let width: Int
        let height: Int
        let channels: Int
        let samples: String
    }

    struct Case: Decodable {
        let image: String
        let parameters: [Double]
        let samples: String
    }

    /// A case with its image, as a test wants it.
    struct Sample {
        let name: String
        let shape: PixelShape
        let input: [UInt8]
        let output: [UInt8]
        let parameters: [Double]
    }

    let images: [String: Picture]
    let cases: [Case]

    /// Every case of the file of this name, such as `bilateral`.
    static func load(_ name: String) throws -> [Sample] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let data = try Data(contentsOf: folder.appending(path: "Fixtures/nonlocal/\(name).json"))
        let file = try JSONDecoder().decode(Self.self, from: data)
        return file.cases.compactMap { one in
            guard let picture = file.images[one.image],
                let shape = PixelShape(width: picture.width, height: picture.height, channels: picture.channels)
            else { return nil }
            return Sample(
                name: "\(one.image) \(one.parameters)", shape: shape, input: bytes(picture.samples),
                output: bytes(one.samples), parameters: one.parameters)
        }
    }

    private static func bytes(_ text: String) -> [UInt8] {
        let digits = Array(text.utf8)
        func value(_ digit: UInt8) -> UInt8 { digit < 58 ? digit - 48 : digit - 87 }
        return stride(from: 0, to: digits.count - 1, by: 2).map { value(digits[$0]) << 4 | value(digits[$0 + 1]) }
    }
}

/// How far two images are apart.
struct LevelDifference {
    /// The largest difference of a sample; 256 when the counts differ.
    let largest: Int
    /// The mean difference of a sample.
    let mean: Double

    init(_ a: [UInt8], _ b: [UInt8]) {
        guard a.count == b.count, !a.isEmpty else {
            (largest, mean) = (256, 256)
            return
        }
        let differences = zip(a, b).map { abs(Int($0) - Int($1)) }
        largest = differences.reduce(0, max)
        mean = Double(differences.reduce(0, +)) / Double(a.count)
    }
}
