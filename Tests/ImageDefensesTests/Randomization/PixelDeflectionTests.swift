import ImageDefenses
import PixelCore
import Testing

@Suite("PixelDeflection")
struct PixelDeflectionTests {
    private static func deflected(
        _ samples: [UInt8], _ shape: PixelShape, _ deflections: Int, window: Int, seed: UInt8 = 1
    ) throws -> [UInt8] {
        var pixels = TestImage.make(shape, samples)
        var context = DefenseContext(generator: ChaChaGenerator(key: [seed]))
        try PixelDeflection(parameters: ["deflections": .integer(deflections), "window": .integer(window)])
            .apply(to: &pixels, context: &context)
        return TestImage.samples(pixels)
    }

    @Test(
        "one deflection of grey copies one sample from at most the window away", arguments: 1...40 as ClosedRange<UInt8>
    )
    func one(seed: UInt8) throws {
        let shape = try #require(PixelShape(width: 15, height: 13, channels: 1))
        // Every sample tells its place.
        let samples = (0..<195).map { UInt8($0) }
        let output = try Self.deflected(samples, shape, 1, window: 2, seed: seed)
        let changed = samples.indices.filter { output[$0] != samples[$0] }
        #expect(changed.count <= 1)
        for i in changed {
            let source = Int(output[i])
            #expect(abs(source / 15 - i / 15) <= 2 && abs(source % 15 - i % 15) <= 2)
        }
    }

    @Test("channels take turns, and a round is finished")
    func channels() throws {
        let shape = try #require(PixelShape(width: 200, height: 200, channels: 3))
        let samples = TestImage.samples(TestImage.random(shape, seed: 2))
        let output = try Self.deflected(samples, shape, 200, window: 10)
        var changes = [0, 0, 0]
        for i in samples.indices where output[i] != samples[i] { changes[i % 3] += 1 }
        // 67 copies each; a few hit the same sample or one of equal level.
        #expect(changes.allSatisfy { (60...67).contains($0) })
    }

    @Test("targets are spread over the whole image, first row and column as well")
    func spread() throws {
        let shape = try #require(PixelShape(width: 20, height: 20, channels: 1))
        let samples = TestImage.samples(TestImage.random(shape, seed: 2))
        let output = try Self.deflected(samples, shape, 20_000, window: 3)
        let same = samples.indices.count { output[$0] == samples[$0] }
        #expect(same < 40)
    }

    @Test("a single pixel stays as it is")
    func single() throws {
        let shape = try #require(PixelShape(width: 1, height: 1, channels: 3))
        #expect(try Self.deflected([1, 2, 3], shape, 200, window: 10) == [1, 2, 3])
    }
}
