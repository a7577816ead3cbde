import ImageDefenses
import PixelCore
import Testing

@Suite("Resize")
struct ResizeTests {
    private static func resized(_ samples: [UInt8], width: Int, _ shortForm: String) throws -> [UInt8] {
        let shape = try #require(PixelShape(width: width, height: samples.count / width, channels: 1))
        var pixels = TestImage.make(shape, samples)
        var context = DefenseContext(generator: ChaChaGenerator(key: []))
        try DefenseCatalogue.parse(shortForm).apply(to: &pixels, context: &context)
        return TestImage.samples(pixels)
    }

    @Test(
        "a row of eight at four and at two pixels equals OpenCV's and Pillow's",
        arguments: [
            ("resize(4,1,nearest,opencv)", [0, 20, 40, 60]), ("resize(4,1,nearest,pillow)", [10, 30, 50, 70]),
            ("resize(4,1,bilinear,opencv)", [5, 25, 45, 65]), ("resize(2,1,bilinear,opencv)", [15, 55]),
            ("resize(4,1,area)", [5, 25, 45, 65]), ("resize(2,1)", [15, 55]),
        ] as [(String, [UInt8])])
    func golden(shortForm: String, expected: [UInt8]) throws {
        #expect(try Self.resized([0, 10, 20, 30, 40, 50, 60, 70], width: 8, shortForm) == expected)
    }

    @Test("by default it is the resize by area")
    func defaults() throws {
        let samples = TestImage.samples(
            TestImage.random(try #require(PixelShape(width: 31, height: 20, channels: 1)), seed: 9))
        #expect(
            try Self.resized(samples, width: 31, "resize(7,6)") == Self.resized(samples, width: 31, "area-resize(7,6)"))
    }

    @Test("the size it has already changes nothing")
    func identity() throws {
        #expect(try Self.resized([1, 2, 3, 4], width: 2, "resize(2,2,lanczos,pillow)") == [1, 2, 3, 4])
    }

    @Test("a result of more than 50 million pixels is refused")
    func bounded() {
        #expect(throws: DefenseError.shape(defense: "resize", width: 10_000, height: 5001)) {
            try DefenseCatalogue.parse("resize(10000,5001)")
        }
    }
}
