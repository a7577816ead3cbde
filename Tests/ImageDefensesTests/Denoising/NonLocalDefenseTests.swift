import ImageDefenses
import PixelCore
import Testing

@Suite("NonLocalMeans and Bilateral")
struct NonLocalDefenseTests {
    private static func applied(_ shortForm: String, to samples: [UInt8], _ shape: PixelShape) throws -> [UInt8] {
        var pixels = TestImage.make(shape, samples)
        var context = DefenseContext(generator: ChaChaGenerator(key: []))
        try DefenseCatalogue.parse(shortForm).apply(to: &pixels, context: &context)
        return TestImage.samples(pixels)
    }

    @Test(
        "take noise off a flat area and keep an edge", arguments: ["nl-means(13,3,8)", "bilateral(5,40,10)"], [1, 3])
    func edge(shortForm: String, channels: Int) throws {
        let shape = try #require(PixelShape(width: 48, height: 32, channels: channels))
        var generator = ChaChaGenerator(key: [3])
        let clean = (0..<shape.sampleCount).map { $0 / channels % 48 < 24 ? 60 : 180 }
        let noisy = clean.map { UInt8($0 + Int(generator.below(9)) - 4) }
        let output = try Self.applied(shortForm, to: noisy, shape)
        func error(_ samples: [UInt8]) -> Int {
            zip(samples, clean).reduce(0) { $0 + (Int($1.0) - $1.1) * (Int($1.0) - $1.1) }
        }
        #expect(error(output) * 2 < error(noisy))
    }

    @Test("an even side is an error that asks for an odd one", arguments: ["search", "patch"])
    func even(name: String) throws {
        let range = name == "search" ? "3 to 31" : "1 to 9"
        #expect(
            throws: DefenseError.parameter(
                defense: "nl-means", name: name, allowed: "an odd whole number from \(range)")
        ) {
            try DefenseCatalogue.make(name: "nl-means", parameters: [name: .integer(4)])
        }
    }

    @Test("keep one pixel as it is", arguments: ["nl-means", "bilateral"])
    func pixel(shortForm: String) throws {
        let shape = try #require(PixelShape(width: 1, height: 1, channels: 1))
        #expect(try Self.applied(shortForm, to: [77], shape) == [77])
    }
}
