import ImageDefenses
import PixelCore
import Testing

@Suite("StochasticJPEG")
struct StochasticJPEGTests {
    private static func apply(_ shortForm: String, _ shape: PixelShape, seed: UInt8 = 1) throws -> [UInt8] {
        var pixels = TestImage.random(shape, seed: 8)
        var context = DefenseContext(generator: ChaChaGenerator(key: [seed]))
        try DefenseCatalogue.parse(shortForm).apply(to: &pixels, context: &context)
        return TestImage.samples(pixels)
    }

    /// The index of the image of `candidates` that the block at `row`, `column` is from.
    private static func origin(
        row: Int, column: Int, of output: [UInt8], in candidates: [[UInt8]], _ shape: PixelShape
    ) -> Int? {
        var indices: [Int] = []
        for y in 8 * row..<min(shape.height, 8 * row + 8) {
            let first = (y * shape.width + 8 * column) * shape.channels
            let last = (y * shape.width + min(shape.width, 8 * column + 8)) * shape.channels
            indices += Array(first..<last)
        }
        return candidates.firstIndex { candidate in indices.allSatisfy { output[$0] == candidate[$0] } }
    }

    @Test(
        "every block of an odd size is that of one of the qualities",
        arguments: [(17, 23), (16, 23), (17, 24), (8, 8), (1, 1), (64, 9)], [1, 3])
    func blocks(size: (width: Int, height: Int), channels: Int) throws {
        let shape = try #require(PixelShape(width: size.width, height: size.height, channels: channels))
        let candidates = try [20, 40, 60, 80].map { try Self.apply("jpeg(\($0))", shape) }
        var found: Set<Int> = []
        for seed in 1...12 as ClosedRange<UInt8> {
            let output = try Self.apply("stochastic-jpeg", shape, seed: seed)
            for row in 0..<(size.height + 7) / 8 {
                for column in 0..<(size.width + 7) / 8 {
                    let origin = Self.origin(row: row, column: column, of: output, in: candidates, shape)
                    found.insert(try #require(origin, "block \(row), \(column)"))
                }
            }
        }
        #expect(found.count > 1)
    }

    @Test("one quality is plain recompression, and the choice of chroma reaches it")
    func plain() throws {
        let shape = try #require(PixelShape(width: 30, height: 21, channels: 3))
        #expect(try Self.apply("stochastic-jpeg(50,80,1)", shape) == Self.apply("jpeg(50)", shape))
        #expect(
            try Self.apply("stochastic-jpeg(50,50,3,4:4:4)", shape) == Self.apply("jpeg(50,4:4:4)", shape))
    }

    @Test("a highest quality below the lowest is an error")
    func order() {
        #expect(
            throws: DefenseError.parameter(
                defense: "stochastic-jpeg", name: "highest_quality", allowed: "at least lowest_quality")
        ) {
            try DefenseCatalogue.parse("stochastic-jpeg(81)")
        }
    }
}
