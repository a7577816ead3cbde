import PixelCore
import PixelKernels
import Testing

@Suite("Compression kernels")
struct CompressionKernelTests {
    /// A random picture with a few samples at either end of the range.
    private static func tile(
        _ width: Int, _ height: Int, _ channels: Int, columns: Range<Int>, rows: Range<Int>, seed: UInt8 = 1
    ) throws -> (tile: LumaTile, samples: [UInt8]) {
        let shape = try #require(PixelShape(width: width, height: height, channels: channels))
        let samples = TestImage.random(shape, seed: seed)
        return (LumaTile(of: samples.span, shape: shape, columns: columns, rows: rows), samples)
    }

    @Test("luma and extremes equal the reference", arguments: [1, 3], [1, 7, 8, 67])
    func luma(channels: Int, width: Int) throws {
        let (tile, samples) = try Self.tile(width + 5, 9, channels, columns: 3..<width + 3, rows: 2..<8)
        for y in 0..<6 {
            for x in 0..<width {
                let start = ((y + 2) * (width + 5) + x + 3) * channels
                let pixel = Array(samples[start..<start + channels])
                #expect(Int(tile.luma[y * width + x]) == CompressionReference.luma(pixel))
                #expect((tile.extreme[y * width + x] == 1) == (pixel.contains(0) || pixel.contains(255)))
            }
        }
    }

    @Test("black, white and every grey keep their level, as colours too")
    func greys() throws {
        for channels in [1, 3] {
            let shape = try #require(PixelShape(width: 256, height: 1, channels: channels))
            let samples = (0..<256 * channels).map { UInt8($0 / channels) }
            let tile = LumaTile(of: samples.span, shape: shape, columns: 0..<256, rows: 0..<1)
            #expect(tile.luma == (0..<256).map { Int16(8 * $0 - 1024) })
        }
    }

    @Test("sums of third differences equal the reference", arguments: [(3, 3), (4, 3), (3, 4), (13, 21), (70, 33)])
    func grid(width: Int, height: Int) throws {
        // The tile begins at column 5 and row 3 of the picture.
        let (tile, _) = try Self.tile(width + 5, height + 3, 1, columns: 5..<width + 5, rows: 3..<height + 3)
        var sums = BlockGridSums()
        sums.add(tile)
        sums.add(tile)
        let luma = tile.luma.map(Int.init)
        var (columns, rows) = ([Int](repeating: 0, count: 24), [Int](repeating: 0, count: 24))
        for y in 0..<height {
            for x in 0..<width {
                let i = y * width + x
                if x + 3 < width {
                    let t = CompressionReference.thirdDifference(luma[i], luma[i + 1], luma[i + 2], luma[i + 3])
                    for (at, value) in [(0, t), (8, t * t), (16, 1)] { columns[at + (x + 6) % 8] += 2 * value }
                }
                if y + 3 < height {
                    let t = CompressionReference.thirdDifference(
                        luma[i], luma[i + width], luma[i + 2 * width], luma[i + 3 * width])
                    for (at, value) in [(0, t), (8, t * t), (16, 1)] { rows[at + (y + 4) % 8] += 2 * value }
                }
            }
        }
        #expect(sums.columns.map(\.sum) + sums.columns.map(\.squares) + sums.columns.map(\.count) == columns)
        #expect(sums.rows.map(\.sum) + sums.rows.map(\.squares) + sums.rows.map(\.count) == rows)
    }

    @Test(
        "coefficients are within an eighth of a level of the reference",
        arguments: [(8, 8, 0, 0), (16, 8, 0, 0), (29, 45, 3, 5), (150, 20, 7, 1)])
    func coefficients(width: Int, height: Int, x: Int, y: Int) throws {
        let (tile, samples) = try Self.tile(width + 4, height + 2, 1, columns: 4..<width + 4, rows: 2..<height + 2)
        let found = BlockCoefficients(of: [tile], x: x, y: y)
        #expect(found.origins.count == found.count && found.leftOut.count == found.count)
        for (block, origin) in found.origins.enumerated() {
            #expect(origin.x % 8 == x && origin.y % 8 == y)
            let pixels = (0..<64).map { samples[(origin.y + $0 / 8) * (width + 4) + origin.x + $0 % 8] }
            let isExtreme = pixels.contains(0) || pixels.contains(255)
            #expect(found.leftOut[block] == isExtreme)
            let expected = CompressionReference.transform(pixels.map { Double($0) - 128 })
            for frequency in 0..<64 {
                let value = Double(found.planes[frequency * found.count + block])
                #expect(isExtreme ? value == 0 : abs(value - 8 * expected[frequency]) <= 1.5)
            }
        }
        // As many whole blocks as fit.
        let across = (4..<width + 4).filter { $0 % 8 == x && $0 + 8 <= width + 4 }.count
        let down = (2..<height + 2).filter { $0 % 8 == y && $0 + 8 <= height + 2 }.count
        #expect(found.count == across * down)
    }

    @Test("the largest blocks stay in range")
    func extremes() throws {
        // Every sign of a frequency's own cosine at full swing, just inside the range that is not left out.
        let shape = try #require(PixelShape(width: 8, height: 8, channels: 1))
        let weights = (0..<64).map { at in
            var one = [Double](repeating: 0, count: 64)
            one[at] = 1
            return CompressionReference.transform(one)
        }
        for frequency in 0..<64 {
            let basis = weights.map { $0[frequency] >= 0 ? 254 : 1 as UInt8 }
            let tile = LumaTile(of: basis.span, shape: shape, columns: 0..<8, rows: 0..<8)
            let expected = CompressionReference.transform(basis.map { Double($0) - 128 })[frequency]
            #expect(abs(Double(BlockCoefficients(of: [tile], x: 0, y: 0).planes[frequency]) - 8 * expected) <= 1.5)
        }
    }

    @Test("tiles without a whole block have none")
    func none() throws {
        let (tile, _) = try Self.tile(7, 30, 1, columns: 0..<7, rows: 0..<30)
        #expect(BlockCoefficients(of: [tile], x: 0, y: 0).count == 0)
        #expect(BlockCoefficients(of: [], x: 0, y: 0).count == 0)
    }

    @Test("distances to the lattice equal the reference", arguments: [16, 17, 24, 40, 104, 999, 2040])
    func distances(step: Int) throws {
        let values = (-8192...8192).map { Int16($0) }
        var sums = [UInt16](repeating: 3, count: values.count)
        var span = sums.mutableSpan
        LatticeKernel.add(values.span, step: step, to: &span)
        let expected = values.map { CompressionReference.distance(Int($0), step: step) }
        #expect(sums.map { Int($0) - 3 } == expected)
        for count in [0, 1, 31, 32, 33, 2047, 2048, 2081, values.count] {
            let front = Array(values[..<count])
            let sum = LatticeKernel.sum(front.span, step: step)
            let counted = (0..<count).filter { abs(Int(values[$0])) > step / 2 }
            #expect(sum.count == counted.count)
            #expect(sum.distance == counted.reduce(0) { $0 + expected[$1] })
        }
    }

    @Test("sizes are taken twice at most, within the range, and from everywhere")
    func sizes() {
        let values = (0..<4000).map { Int16(truncatingIfNeeded: ($0 * 37) % 900 - 450) }
        var marks = LatticeKernel.SizeMarks()
        let expected: [Int16] = (100..<200).flatMap { [Int16($0), Int16($0)] }
        // Marks are clean again after a call.
        for _ in 0..<2 {
            let sizes = LatticeKernel.distinctSizes(of: values.span, in: 100..<200, limit: 4000, marks: &marks)
            #expect(sizes.sorted() == expected)
        }
        let spread = stride(from: 0, to: 80, by: 8).map { abs(values[$0]) }
        let few = LatticeKernel.distinctSizes(of: values.span, in: 0..<8193, limit: 10, marks: &marks)
        #expect(few == spread)
        let none: [Int16] = []
        let found = LatticeKernel.distinctSizes(of: none.span, in: 0..<10, limit: 5, marks: &marks)
        #expect(found.isEmpty)
    }
}
