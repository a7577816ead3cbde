import AdversarialDetectors
import Foundation
import ImageCodecs
import PixelCore

/// Images of ink that tests share.
enum InkImages {
    /// An image of these samples, `[height, width, channels]`.
    static func image(_ samples: [UInt8], width: Int, channels: Int = 1) -> Image {
        guard let shape = PixelShape(width: width, height: samples.count / width / channels, channels: channels) else {
            preconditionFailure("a fixed shape")
        }
        var pixels = PixelBuffer(shape: shape)
        pixels.withMutableSamples { target in for i in samples.indices { target[i] = samples[i] } }
        return Image(pixels)
    }

    /// The 12×12 image S: a white block of 6 rows and 4 columns on black with a bump of one pixel, a speck of 20 and one of 60.
    static func block(hasBump: Bool = true) -> [UInt8] {
        var samples = [UInt8](repeating: 0, count: 144)
        for y in 3..<9 { for x in 4..<8 { samples[y * 12 + x] = 255 } }
        if hasBump { samples[5 * 12 + 8] = 255 }
        samples[12 + 1] = 20
        samples[10 * 12 + 10] = 60
        return samples
    }

    /// The 8×8 image G in black and white: `(37 i² + 91 j + 53 i j) mod 256` of at least 128 at row i, column j.
    static let g: [UInt8] = (0..<64).map { (index: Int) -> UInt8 in
        let (i, j) = (index / 8, index % 8)
        let value: Int = 37 * i * i + 91 * j + 53 * i * j
        return value % 256 >= 128 ? 255 : 0
    }

    /// A disc of ink on white paper, one of many sizes and places: a clean page.
    static func disc(_ seed: Int, side: Int = 48, flipped: Int = 0, noise: UInt8 = 0) -> Image {
        let (centre, radius) = (Double(side) / 2 + Double(seed % 7), Double(side) / 5 + Double(seed % 5))
        var generator = ChaChaGenerator(key: [UInt8(truncatingIfNeeded: seed), 3])
        var samples = [UInt8](repeating: 0, count: side * side)
        for i in samples.indices {
            let (y, x) = (Double(i / side) - centre, Double(i % side) - centre)
            let distance = (x * x + y * y).squareRoot()
            let isNearEdge = abs(distance - radius) < 1.5
            let isTurned = isNearEdge && flipped > 0 && Int(generator.nextWord() % 100) < flipped
            let level: UInt8 = (distance < radius) != isTurned ? 0 : 255
            let offset = noise == 0 ? 0 : UInt8(truncatingIfNeeded: generator.nextWord() % UInt32(noise))
            samples[i] = level == 0 ? offset : 255 - offset
        }
        return image(samples, width: side)
    }

    /// The lab beside the repository.
    static let lab = URL(filePath: #filePath).appending(path: "../../../../../shared/data/lab").standardized

    /// True when the lab is there.
    static var hasLab: Bool { FileManager.default.fileExists(atPath: lab.path) }

    /// The images of a folder of the lab by name, at most `count`.
    static func images(_ folder: String, atMost count: Int) throws -> [Image] {
        let limits = DecodeLimits(
            encodedBytes: 1 << 20, width: 4096, height: 4096, pixels: 1 << 22, workingBytes: 64 << 20,
            progressiveScans: 16, ancillaryBytes: 1 << 16)
        let decoder = ImageDecoder(limits: limits, options: DecodeOptions(orientation: .ignore))
        let url = lab.appending(path: folder)
        let names = try FileManager.default.contentsOfDirectory(atPath: url.path).filter { $0.hasSuffix(".png") }
            .sorted()
        return try names.prefix(count).map { name in
            let bytes = [UInt8](try Data(contentsOf: url.appending(path: name)))
            return try decoder.decode(bytes, cancellation: CancellationFlag()).image
        }
    }

    /// The mean score that `detector` gives the images; every one of them must get a signal.
    static func mean(_ detector: any Detector, _ images: [Image]) throws -> Double {
        let scores = try images.compactMap { try detector.inspect(TestSubject.subject($0))?.score }
        return scores.count == images.count ? scores.reduce(0, +) / Double(scores.count) : .nan
    }
}
