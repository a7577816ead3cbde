import ImageDefenses
import PixelCore
import PixelKernels
import Testing

@Suite("Feature squeezing")
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

    @Test("the median removes a speck and keeps a constant image", arguments: (2...9).map { "median(\($0))" })
    func speck(shortForm: String) throws {
        var samples = [UInt8](repeating: 200, count: 49)
        #expect(try Self.applied(shortForm, to: samples, width: 7) == samples)
        samples[24] = 0
        #expect(try Self.applied(shortForm, to: samples, width: 7).allSatisfy { $0 == 200 })
    }

    @Test("binarize is bit depth 1 at its default, and a point operation", arguments: [0, 127, 200, 254])
    func binarize(threshold: Int) throws {
        let ramp = (0...255).map { UInt8($0) }
        let expected = ramp.map { (level: UInt8) -> UInt8 in level > threshold ? 255 : 0 }
        #expect(try Self.applied("binarize(\(threshold))", to: ramp, width: 16) == expected)
        #expect(try DefenseCatalogue.parse("binarize(\(threshold))").pointTable?.levels == expected)
        #expect(try Self.applied("binarize", to: ramp, width: 16) == Self.applied("bit-depth(1)", to: ramp, width: 16))
    }

    @Test("Otsu splits two levels wherever they lie, and an offset moves the split")
    func otsu() throws {
        let samples = [20, 20, 31, 30, 20, 21, 32, 30] as [UInt8]
        #expect(try Self.applied("otsu", to: samples, width: 4) == [0, 0, 255, 255, 0, 0, 255, 255])
        #expect(try Self.applied("otsu(10)", to: samples, width: 4) == [0, 0, 0, 0, 0, 0, 255, 0])
        #expect(try Self.applied("otsu(-64)", to: samples, width: 4).allSatisfy { $0 == 255 })
    }

    @Test("a colour image turns black and white by its luma", arguments: ["otsu", "sauvola(3,0.2)"])
    func luma(shortForm: String) throws {
        // Blue is dark and green is light, though each has one channel at 255 and the others at 0.
        let shape = try #require(PixelShape(width: 4, height: 4, channels: 3))
        let samples = (0..<16).flatMap { (pixel: Int) -> [UInt8] in pixel % 4 < 2 ? [0, 0, 255] : [0, 255, 0] }
        var pixels = TestImage.make(shape, samples)
        var context = DefenseContext(generator: ChaChaGenerator(key: []))
        try DefenseCatalogue.parse(shortForm).apply(to: &pixels, context: &context)
        let result = TestImage.samples(pixels)
        for pixel in 0..<16 {
            #expect(Set(result[3 * pixel..<3 * pixel + 3]).count == 1)
        }
        for row in 0..<4 {
            #expect(result[12 * row + 3] == 0 && result[12 * row + 6] == 255)
        }
    }

    @Test("Sauvola finds ink in light and in shade where one threshold cannot")
    func shade() throws {
        // Paper falls from 240 to 80 over the columns; ink is half of the paper around it.
        let samples = (0..<1600).map { (index: Int) -> UInt8 in
            let (x, y) = (index % 40, index / 40)
            let paper = 240 - 4 * x
            return UInt8(x % 8 == 3 && y % 10 < 7 ? paper / 2 : paper)
        }
        let expected = (0..<1600).map { (index: Int) -> UInt8 in index % 8 == 3 && index / 40 % 10 < 7 ? 0 : 255 }
        #expect(try Self.applied("sauvola", to: samples, width: 40) == expected)
        #expect(try Self.applied("otsu", to: samples, width: 40) != expected)
    }

    @Test("Sauvola refuses an even window", arguments: [4, 98])
    func evenWindow(window: Int) {
        #expect(throws: DefenseError.self) { try DefenseCatalogue.parse("sauvola(\(window))") }
    }
}
