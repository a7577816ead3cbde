import Foundation
import PixelCore
import PixelKernels
import Testing

/// Numbers that `scripts/fixtures/make_statistics.py` computed by the definition.
private struct ResidualFixture: Decodable, Sendable, CustomTestStringConvertible {
    let width: Int
    let height: Int
    let channels: Int
    let input: String
    let features: [String: Double]

    var testDescription: String { "\(width)×\(height)×\(channels)" }

    static func cases() throws -> [ResidualFixture] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let data = try Data(contentsOf: folder.appending(path: "Fixtures/statistics/residual.json"))
        return try JSONDecoder().decode([ResidualFixture].self, from: data)
    }

    func image() throws -> Image {
        let digits = Array(input)
        let samples = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
            UInt8(String(digits[$0...$0 + 1]), radix: 16)
        }
        return try ResidualFeaturesTests.image(width, height, channels, samples)
    }
}

@Suite("ResidualFeatures")
struct ResidualFeaturesTests {
    fileprivate static func image(_ width: Int, _ height: Int, _ channels: Int, _ samples: [UInt8]) throws -> Image {
        let shape = try #require(PixelShape(width: width, height: height, channels: channels))
        try #require(samples.count == shape.sampleCount)
        var pixels = PixelBuffer(shape: shape)
        pixels.withMutableSamples { for i in samples.indices { $0[i] = samples[i] } }
        return Image(pixels)
    }

    private static func random(_ width: Int, _ height: Int, _ channels: Int, levels: UInt8 = 255) throws -> Image {
        let shape = try #require(PixelShape(width: width, height: height, channels: channels))
        return try image(
            width, height, channels, TestImage.random(shape, seed: 5).map { $0 & levels })
    }

    @Test(
        "are what numpy makes of the definition, to the last bits of the logarithm",
        arguments: try ResidualFixture.cases())
    private func golden(fixture: ResidualFixture) throws {
        let features = try #require(ResidualFeatures(of: try fixture.image()))
        #expect(features.values.count == fixture.features.count)
        for (name, value) in fixture.features {
            // The deviation is summed in another order; the logarithm is good to 1e-14.
            let found = try #require(features[name])
            #expect(abs(found - value) < 1e-11, "\(name)")
        }
    }

    @Test(
        "are those of the reference at odd sizes",
        arguments: [
            (12, 12), (13, 12), (12, 13), (15, 14), (17, 33), (40, 12), (12, 40), (65, 47), (130, 71),
        ], [1, 3])
    func reference(size: (Int, Int), channels: Int) throws {
        for levels: UInt8 in [255, 7] {
            let image = try Self.random(size.0, size.1, channels, levels: levels)
            let features = try #require(ResidualFeatures(of: image))
            let reference = try #require(ResidualReference.features(of: image))
            #expect(features.values.count == reference.count)
            #expect(zip(features.values, reference).allSatisfy { abs($0 - $1) < 1e-11 })
        }
    }

    @Test(
        "of a large image are those of the bands that are read",
        arguments: [(90, 200, 3), (61, 333, 1), (5000, 131, 1), (12, 4000, 3)])
    func bands(width: Int, height: Int, channels: Int) throws {
        // Rows differ in strength, so that other bands would give other numbers.
        let rowSamples = width * channels
        let shape = try #require(PixelShape(width: width, height: height, channels: channels))
        let random = TestImage.random(shape, seed: 8)
        let samples = random.indices.map { UInt8(Int(random[$0]) * ($0 / rowSamples) / height) }
        let image = try Self.image(width, height, channels, samples)
        let limit = shape.pixelCount / 2
        let features = try #require(ResidualFeatures(of: image, wholeUpTo: limit))
        let reference = try #require(ResidualReference.features(of: image, wholeUpTo: limit))
        #expect(zip(features.values, reference).allSatisfy { abs($0 - $1) < 1e-11 })
        let whole = try #require(ResidualFeatures(of: image))
        #expect(whole.values != features.values)
    }

    @Test("a large image is read in bands from its first row to its last, beginning at multiples of 8")
    func rows() throws {
        let shape = try #require(PixelShape(width: 10000, height: 5003, channels: 1))
        let image = Image(PixelBuffer(shape: shape, filledWith: 100))
        let features = try #require(ResidualFeatures(of: image))
        #expect(features.values.allSatisfy { $0.isFinite })
        #expect(features.energy.strongestBox == nil)
    }

    @Test("below 12 pixels on a side there are none", arguments: [(1, 1), (11, 400), (400, 11)], [1, 3])
    func small(size: (Int, Int), channels: Int) throws {
        #expect(ResidualFeatures(of: try Self.random(size.0, size.1, channels)) == nil)
    }

    @Test(
        "of a flat image are finite, point nowhere, and grey ones lack colour", arguments: [1, 3], [UInt8(0), 128, 255])
    func flat(channels: Int, level: UInt8) throws {
        let image = try Self.image(40, 30, channels, [UInt8](repeating: level, count: 1200 * channels))
        let features = try #require(ResidualFeatures(of: image))
        #expect(features.values.allSatisfy { $0.isFinite })
        #expect(features.energy.strongestBox == nil)
        #expect(features.isColour == (channels == 3))
        #expect((features["s1.RG.k3.q50"] != nil) == (channels == 3))
        #expect(features["s3.Y.k3.q50"] == nil)
    }

    @Test("the strongest box is where the noise is", arguments: [1, 3], [(20, 30), (0, 0), (84, 60)])
    func box(channels: Int, corner: (x: Int, y: Int)) throws {
        let (width, height, side) = (112, 96, 24)
        var samples = [UInt8](repeating: 90, count: width * height * channels)
        var generator = ChaChaGenerator(key: [3])
        for y in corner.y..<min(height, corner.y + side) {
            for x in corner.x..<min(width, corner.x + side) {
                for c in 0..<channels {
                    samples[(y * width + x) * channels + c] = UInt8(truncatingIfNeeded: generator.nextWord())
                }
            }
        }
        let image = try Self.image(width, height, channels, samples)
        let box = try #require(ResidualFeatures(of: image)?.energy.strongestBox)
        let (left, top) = (corner.x, corner.y)
        let (right, bottom) = (min(width, left + side), min(height, top + side))
        let shared =
            max(0, min(right, box.x + box.width) - max(left, box.x))
            * max(0, min(bottom, box.y + box.height) - max(top, box.y))
        let union = (right - left) * (bottom - top) + box.width * box.height - shared
        #expect(Double(shared) / Double(union) > 0.6)
    }
}
