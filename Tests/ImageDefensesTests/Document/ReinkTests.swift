import PixelCore
import Testing

@testable import ImageDefenses

@Suite("Reink")
struct ReinkTests {
    private func draw(_ stroke: String, _ samples: [UInt8], width: Int, height: Int, channels: Int = 1) throws
        -> [UInt8]
    {
        let shape = try #require(PixelShape(width: width, height: height, channels: channels))
        guard let pixels = PixelBuffer(shape: shape, adopting: samples) else { return [] }
        var context = DefenseContext(generator: ChaChaGenerator(key: [1]))
        let image = try DefenseCatalogue.pipeline("reink(\(stroke))").apply(to: Image(pixels), context: &context)
        return image.withSamples { span in (0..<span.count).map { span[$0] } }
    }

    /// The 8 × 8 test image G[i][j] = (37 i² + 91 j + 53 i j) mod 256: 25 of 64 samples are at least 128.
    private let g: [UInt8] = (0..<64).map { index in
        let i = index / 8
        let j = index % 8
        let sum: Int = 37 * i * i + 91 * j + 53 * i * j
        return UInt8(sum % 256)
    }

    @Test(
        "gives what the definitions give by NumPy",
        arguments: [
            ("thick", 13260, [0, 0, 255, 255, 0, 255, 255, 0]), ("thin", 2550, [0, 0, 0, 0, 0, 255, 0, 0]),
            ("soft", 6390, [64, 80, 112, 128, 128, 112, 80, 64]),
        ])
    func known(stroke: String, sum: Int, row: [UInt8]) throws {
        let drawn = try draw(stroke, g, width: 8, height: 8)
        #expect(drawn.reduce(0) { $0 + Int($1) } == sum)
        #expect(Array(drawn.prefix(8)) == row)
    }

    @Test("keeps the page's polarity, and treats channels alike", arguments: ["thick", "thin", "soft"])
    func polarity(stroke: String) throws {
        let negative = try draw(stroke, g.map { 255 - $0 }, width: 8, height: 8)
        let positive = try draw(stroke, g, width: 8, height: 8)
        #expect(negative == positive.map { 255 - $0 })
        let colour = try draw(stroke, g.flatMap { [$0, $0, $0] }, width: 8, height: 8, channels: 3)
        #expect(colour == positive.flatMap { [$0, $0, $0] })
    }

    @Test("leaves no ink on an empty page, whatever its size", arguments: ["thick", "thin", "soft"])
    func empty(stroke: String) throws {
        #expect(try draw(stroke, [200], width: 1, height: 1) == [255])
        #expect(
            try draw(stroke, [UInt8](repeating: 3, count: 15), width: 5, height: 3) == [UInt8](repeating: 0, count: 15))
    }
}
