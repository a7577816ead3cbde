import ImageDefenses
import PixelCore
import Testing

@Suite("RandomDiscretization")
struct RandomDiscretizationTests {
    private static func apply(_ shortForm: String, _ pixels: consuming PixelBuffer, seed: UInt8 = 1) throws -> [UInt8] {
        var result = pixels
        var context = DefenseContext(generator: ChaChaGenerator(key: [seed]))
        try DefenseCatalogue.parse(shortForm).apply(to: &result, context: &context)
        return TestImage.samples(result)
    }

    @Test("the result has at most the colours asked for, all of the image", arguments: [2, 3, 10, 16])
    func colours(count: Int) throws {
        let shape = try #require(PixelShape(width: 90, height: 70, channels: 3))
        let before = TestImage.samples(TestImage.random(shape, seed: 5))
        let after = try Self.apply("random-discretization(\(count))", TestImage.random(shape, seed: 5))
        func pixels(_ samples: [UInt8]) -> Set<[UInt8]> {
            Set((0..<shape.pixelCount).map { Array(samples[3 * $0..<3 * $0 + 3]) })
        }
        #expect(pixels(after).count == count)
        #expect(pixels(after).isSubset(of: pixels(before)))
    }

    @Test("without noise a bitonal scan keeps its two levels", arguments: 1...5 as ClosedRange<UInt8>)
    func bitonal(seed: UInt8) throws {
        let shape = try #require(PixelShape(width: 40, height: 30, channels: 1))
        let samples = TestImage.samples(TestImage.random(shape, seed: 5)).map { $0 < 90 ? 0 : 255 as UInt8 }
        #expect(
            try Self.apply("random-discretization(2,0)", TestImage.make(shape, samples), seed: seed) == samples)
    }
}
