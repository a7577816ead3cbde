import ImageDefenses
import PixelCore
import Testing

@Suite("BitDepthReduction and MedianSmoothing")
struct FeatureSqueezingDefenseTests {
    private static func applied(_ shortForm: String, to samples: [UInt8], width: Int) throws -> [UInt8] {
        let shape = try #require(PixelShape(width: width, height: samples.count / width, channels: 1))
        var pixels = TestImage.make(shape, samples)
        var context = DefenseContext(generator: ChaChaGenerator(key: []))
        try DefenseCatalogue.parse(shortForm).apply(to: &pixels, context: &context)
        return TestImage.samples(pixels)
    }

    @Test(
        "squeeze a row by the published rule",
        arguments: [
            ("bit-depth(1)", [0, 0, 255, 255]), ("bit-depth(2)", [0, 85, 170, 255]),
            ("bit-depth(5)", [0, 123, 132, 255]),
        ] as [(String, [UInt8])])
    func bits(shortForm: String, expected: [UInt8]) throws {
        #expect(try Self.applied(shortForm, to: [0, 127, 128, 255], width: 4) == expected)
    }

    @Test("squeezing twice is squeezing once", arguments: 1...7)
    func idempotent(bits: Int) throws {
        let once = try Self.applied("bit-depth(\(bits))", to: (0...255).map { UInt8($0) }, width: 16)
        #expect(try Self.applied("bit-depth(\(bits))", to: once, width: 16) == once)
    }

    @Test("the median removes a speck and keeps a constant image", arguments: ["median(2)", "median(3)"])
    func speck(shortForm: String) throws {
        var samples = [UInt8](repeating: 200, count: 49)
        #expect(try Self.applied(shortForm, to: samples, width: 7) == samples)
        samples[24] = 0
        #expect(try Self.applied(shortForm, to: samples, width: 7).allSatisfy { $0 == 200 })
    }
}
