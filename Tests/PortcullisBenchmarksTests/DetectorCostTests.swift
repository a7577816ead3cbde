import AdversarialDetectors
import ImageCodecs
import PixelCore
import Testing

@testable import PortcullisBenchmarks

@Suite("DetectorTeacher")
struct DetectorCostTests {
    /// Disks of black ink on white paper, or the same between grey levels with a tint.
    private static func picture(_ seed: Int, isInk: Bool) throws -> DecodedImage {
        let shape = try #require(PixelShape(width: 64, height: 64, channels: 3))
        var pixels = PixelBuffer(shape: shape)
        var noise = ChaChaGenerator(key: [UInt8(seed)])
        pixels.withMutableSamples { samples in
            for i in 0..<samples.count {
                let (x, y, c) = (i / 3 % 64, i / 192, i % 3)
                let isInside = (x - 20 - seed % 20) * (x - 20 - seed % 20) + (y - 32) * (y - 32) < 100 + 10 * seed
                let level = isInside ? 40 + 20 * c : 180 + Int(noise.nextWord() % 9)
                samples[i] = isInk ? (isInside ? 0 : 255) : UInt8(level)
            }
        }
        let facts = ContainerFacts(
            format: .png, encodedBytes: 100, codedWidth: 64, codedHeight: 64, bitDepth: 8, components: 3,
            colourModel: .rgb)
        return DecodedImage(image: Image(pixels), facts: facts)
    }

    @Test("every detector without a model call is there, and those that learn have learned")
    func ready() throws {
        let images = try (0..<60).flatMap { seed in
            try [Self.picture(seed, isInk: false), Self.picture(seed, isInk: true)]
        }
        let detectors = try DetectorTeacher.detectors(tier: 0, taught: images)
        let expected = DetectorCatalogue.descriptors.filter { $0.tier == 0 }.map(\.name)
        #expect(detectors.map { type(of: $0).descriptor.name } == expected)
        let learners = detectors.compactMap { $0 as? any FittedDetector }
        #expect(!learners.isEmpty)
        #expect(learners.allSatisfy { $0.isFitted })
    }

    @Test("too few images are an error, not a detector that says nothing")
    func tooFew() throws {
        let images = try [Self.picture(1, isInk: false)]
        #expect(throws: DetectorError.self) { try DetectorTeacher.detectors(tier: 0, taught: images) }
    }
}
