import ImageDefenses
import PixelCore
import Testing

@Suite("RandomResizePad")
struct RandomResizePadTests {
    private static func padded(
        _ shape: PixelShape, level: UInt8, seed: UInt8, parameters: [String: ParameterValue] = [:]
    ) throws -> [UInt8] {
        var pixels = PixelBuffer(shape: shape, filledWith: level)
        var context = DefenseContext(generator: ChaChaGenerator(key: [seed]))
        try RandomResizePad(parameters: parameters).apply(to: &pixels, context: &context)
        return TestImage.samples(pixels)
    }

    @Test("a constant image becomes a rectangle of 90 to 99 percent on grey", arguments: 1...20 as ClosedRange<UInt8>)
    func rectangle(seed: UInt8) throws {
        let shape = try #require(PixelShape(width: 40, height: 20, channels: 1))
        let samples = try Self.padded(shape, level: 250, seed: seed)
        let inside = samples.indices.filter { samples[$0] == 250 }
        let rows = Set(inside.map { $0 / 40 })
        let columns = Set(inside.map { $0 % 40 })
        #expect(inside.count == rows.count * columns.count)
        #expect((36...39).contains(columns.count))
        #expect(rows.count == (columns.count + 1) / 2)
        #expect(samples.count { $0 == 128 } == samples.count - inside.count)
    }

    @Test("draws every size and several places")
    func spread() throws {
        let shape = try #require(PixelShape(width: 30, height: 30, channels: 1))
        var widths: Set<Int> = []
        var corners: Set<Int> = []
        for seed in 1...60 as ClosedRange<UInt8> {
            let samples = try Self.padded(shape, level: 250, seed: seed)
            let inside = samples.indices.filter { samples[$0] == 250 }
            widths.insert(Set(inside.map { $0 % 30 }).count)
            corners.insert(try #require(inside.first))
        }
        #expect(widths == [27, 28, 29])
        #expect(corners.count > 8)
    }

    @Test("the fill and the smallest size follow the parameters")
    func parameters() throws {
        let shape = try #require(PixelShape(width: 100, height: 100, channels: 3))
        let parameters: [String: ParameterValue] = ["fill": .integer(7), "smallest_percent": .integer(99)]
        let samples = try Self.padded(shape, level: 250, seed: 1, parameters: parameters)
        #expect(samples.count { $0 == 250 } == 99 * 99 * 3)
        #expect(samples.count { $0 == 7 } == 30_000 - 99 * 99 * 3)
    }

    @Test("an image too small to shrink passes unchanged", arguments: 1...9)
    func tiny(side: Int) throws {
        let shape = try #require(PixelShape(width: side, height: side, channels: 1))
        #expect(try Self.padded(shape, level: 250, seed: 1).allSatisfy { $0 == 250 })
    }
}
