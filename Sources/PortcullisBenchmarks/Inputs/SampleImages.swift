import Foundation
import ImageCodecs
import ImageDefenses
import PixelCore

/// The images that benchmarks send: made here from photographs, or from numbers.
enum SampleImages {
    /// What the decoders may spend here: the benchmarks' own inputs are trusted.
    static let limits = DecodeLimits(
        encodedBytes: 64 << 20, width: 16_384, height: 16_384, pixels: 64_000_000, workingBytes: 512 << 20,
        progressiveScans: 100, ancillaryBytes: 1 << 20)

    /// So many 224×224 JPEGs (quality 85, 4:2:0), each from another photograph of `folder` by area resizing.
    static func photographs(count: Int, folder: URL) throws -> [[UInt8]] {
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { ["jpg", "jpeg"].contains($0.pathExtension.lowercased()) }
            .sorted { $0.path < $1.path }
        guard files.count >= count else {
            throw LoadError.invalid("\(folder.path) holds \(files.count) photographs, \(count) are needed")
        }
        let pipeline = DefensePipeline(name: "224", steps: [try DefenseCatalogue.parse("area-resize(224,224)")])
        let decoder = ImageDecoder(limits: limits, options: DecodeOptions(orientation: .apply))
        return try files.prefix(count).map { file in
            let bytes = [UInt8](try Data(contentsOf: file))
            let decoded = try decoder.decode(bytes, cancellation: CancellationFlag())
            var context = DefenseContext(generator: ChaChaGenerator(key: []))
            let small = try pipeline.apply(to: decoded.image, context: &context)
            return try ImageEncoder.encode(small, as: .jpeg(quality: 85, subsampling: .yuv420))
        }
    }

    /// A stored PNG of noise, a little over `bytes` long: nothing in it compresses, and all of it is valid.
    static func noise(bytes: Int) throws -> [UInt8] {
        let side = Int((Double(bytes) / 3).squareRoot().rounded(.up))
        var generator = ChaChaGenerator(key: Array("noise".utf8))
        let samples = (0..<side * side * 3).map { _ in UInt8(truncatingIfNeeded: generator.nextWord()) }
        return try ImageEncoder.encode(try image(width: side, height: side, channels: 3, samples), as: .png(.stored))
    }

    /// A PNG of 50 million pixels, all of one color, in about 160 KB: small on the wire, 150 MB when decoded.
    static func bomb() throws -> [UInt8] {
        let side = 7_071
        let samples = [UInt8](repeating: 200, count: side * side * 3)
        return try ImageEncoder.encode(try image(width: side, height: side, channels: 3, samples), as: .png(.small))
    }

    private static func image(width: Int, height: Int, channels: Int, _ samples: [UInt8]) throws -> Image {
        guard let shape = PixelShape(width: width, height: height, channels: channels),
            let buffer = PixelBuffer(shape: shape, adopting: samples)
        else { throw LoadError.invalid("no image of \(width)×\(height)") }
        return Image(buffer)
    }
}
