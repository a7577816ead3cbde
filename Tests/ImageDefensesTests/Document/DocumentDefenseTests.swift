import ImageDefenses
import PixelCore
import Testing

@Suite("Document defenses")
struct DocumentDefenseTests {
    private static func apply(_ shortForm: String, _ samples: [UInt8], _ shape: PixelShape) throws -> PixelBuffer {
        var pixels = TestImage.make(shape, samples)
        var context = DefenseContext(generator: ChaChaGenerator(key: [1]))
        try DefenseCatalogue.parse(shortForm).apply(to: &pixels, context: &context)
        return pixels
    }

    /// A stroke two pixels wide with a hole, and a speck of one pixel on its right.
    private static let page: [UInt8] = [
        255, 255, 255, 255, 255, 255, 255,
        255, 0, 0, 0, 255, 255, 255,
        255, 0, 255, 0, 255, 10, 255,
        255, 0, 0, 0, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255,
    ]

    @Test(
        "specks and holes go by their own parameters",
        arguments: [("despeckle", 255, 255), ("despeckle(0,1)", 0, 10), ("despeckle(1,1)", 0, 255)]
            as [(String, UInt8, UInt8)])
    func despeckle(shortForm: String, hole: UInt8, speck: UInt8) throws {
        let shape = try #require(PixelShape(width: 7, height: 5, channels: 1))
        let samples = TestImage.samples(try Self.apply(shortForm, Self.page, shape))
        var expected = Self.page
        expected[2 * 7 + 2] = hole
        expected[2 * 7 + 5] = speck
        #expect(samples == expected)
    }

    @Test("opening removes ink and closing fills gaps, whichever end of the scale is ink")
    func polarity() throws {
        let shape = try #require(PixelShape(width: 7, height: 5, channels: 1))
        let negative = Self.page.map { 255 - $0 }
        for window in 2...3 {
            let opened = TestImage.samples(try Self.apply("opening(\(window))", Self.page, shape))
            let light = TestImage.samples(try Self.apply("opening(\(window),light)", negative, shape))
            #expect(opened == light.map { 255 - $0 })
            #expect(opened[2 * 7 + 5] == 255)
            #expect(zip(opened, Self.page).allSatisfy { $0 >= $1 })
            let closed = TestImage.samples(try Self.apply("closing(\(window))", Self.page, shape))
            #expect(closed[2 * 7 + 2] == 0)
            #expect(zip(closed, Self.page).allSatisfy { $0 <= $1 })
        }
    }

    @Test("majority halves the sides, rounded up, and leaves black and white")
    func majority() throws {
        let shape = try #require(PixelShape(width: 7, height: 5, channels: 1))
        let pixels = try Self.apply("majority(2)", Self.page, shape)
        #expect(pixels.shape == PixelShape(width: 4, height: 3, channels: 1))
        #expect(TestImage.samples(pixels) == [255, 255, 255, 255, 255, 0, 255, 255, 255, 255, 255, 255])
    }

    @Test("colour keeps three channels")
    func colour() throws {
        let shape = try #require(PixelShape(width: 2, height: 2, channels: 3))
        // Blue is dark and yellow is light by luma.
        let samples: [UInt8] = [0, 0, 255, 0, 0, 255, 255, 255, 0, 0, 0, 255]
        let pixels = try Self.apply("majority(2)", samples, shape)
        #expect(TestImage.samples(pixels) == [0, 0, 0])
    }
}
