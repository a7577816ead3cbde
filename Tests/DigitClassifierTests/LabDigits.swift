import Foundation
import PixelCore
import Testing

/// A digit of the lab with the probabilities that onnxruntime gives for it. Made by scripts/make-digit-weights.py.
struct LabDigit: Decodable, Sendable {
    /// The path below the lab.
    let name: String
    /// 784 samples, white ink on black.
    let pixels: Data
    /// Ten, from the float32 network.
    let probabilities: [Float]

    /// What a person reads: the number after the name's "_y".
    var truth: Int? {
        name.components(separatedBy: "_y").last?.first?.wholeNumberValue
    }

    var isClean: Bool { name.contains("/clean_") }

    /// The fixture's 60 clean and 12 attacked digits.
    static func all() throws -> [LabDigit] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
        let file = folder.appending(path: "onnxruntime-digits.json")
        return try JSONDecoder().decode([LabDigit].self, from: Data(contentsOf: file))
    }

    /// The first clean digit of each of `values`.
    static func clean(_ values: [Int]) throws -> [LabDigit] {
        let digits = try all().filter(\.isClean)
        return try values.map { value in try #require(digits.first { $0.truth == value }) }
    }

    /// The digit as an image of 28×28.
    func image(channels: Int = 1) throws -> Image {
        try Image.made(width: 28, height: 28, channels: channels, of: pixels)
    }
}
