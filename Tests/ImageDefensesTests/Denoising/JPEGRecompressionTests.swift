import ImageDefenses
import PixelCore
import Testing

@Suite("JPEGRecompression")
struct JPEGRecompressionTests {
    private static func meanDifference(_ shortForm: String, channels: Int, noise: Bool) throws -> Double {
        let shape = try #require(PixelShape(width: 48, height: 40, channels: channels))
        var pixels = noise ? TestImage.random(shape, seed: 5) : TestImage.gradient(shape)
        let before = TestImage.samples(pixels)
        var context = DefenseContext(generator: ChaChaGenerator(key: []))
        try DefenseCatalogue.parse(shortForm).apply(to: &pixels, context: &context)
        let after = TestImage.samples(pixels)
        return zip(before, after).reduce(0) { $0 + abs(Double($1.0) - Double($1.1)) } / Double(before.count)
    }

    @Test("a smooth picture changes by less than two levels", arguments: [1, 3])
    func smooth(channels: Int) throws {
        let difference = try Self.meanDifference("jpeg(90)", channels: channels, noise: false)
        // Quality 90 quantizes the lowest frequencies of luma in steps of 3: a gradient stays within a level or two.
        #expect(difference < 2)
    }

    @Test("lower quality changes noise more", arguments: [1, 3])
    func quality(channels: Int) throws {
        let fine = try Self.meanDifference("jpeg(90)", channels: channels, noise: true)
        let coarse = try Self.meanDifference("jpeg(20)", channels: channels, noise: true)
        #expect(fine > 0)
        #expect(coarse > fine)
    }

    @Test("halved chroma changes coloured noise more than full chroma")
    func subsampling() throws {
        let full = try Self.meanDifference("jpeg(75,4:4:4)", channels: 3, noise: true)
        let halved = try Self.meanDifference("jpeg(75,4:2:0)", channels: 3, noise: true)
        #expect(halved > full)
    }

    @Test("an image wider than a JPEG can be is refused")
    func tooWide() throws {
        let shape = try #require(PixelShape(width: 65_501, height: 1, channels: 1))
        let defense = try JPEGRecompression(parameters: [:])
        #expect(throws: DefenseError.shape(defense: "jpeg", width: 65_501, height: 1)) {
            var pixels = PixelBuffer(shape: shape)
            var context = DefenseContext(generator: ChaChaGenerator(key: []))
            try defense.apply(to: &pixels, context: &context)
        }
    }
}
