import PixelCore
import PixelKernels
import Testing

@Suite("InkLevels and InkContour")
struct InkLevelsTests {
    /// Random levels pulled towards black and white, in patches, so that contours, flat grounds and grey all occur.
    private static func image(_ shape: PixelShape, seed: UInt8) -> Image {
        let noise = TestImage.random(shape, seed: seed)
        var pixels = PixelBuffer(shape: shape)
        pixels.withMutableSamples { samples in
            for i in 0..<samples.count {
                let (x, y) = (i / shape.channels % shape.width, i / shape.rowSamples)
                let isInk = (x / 5 + y / 4 + Int(seed)).isMultiple(of: 3) != (noise[i] > 240)
                let offset = seed.isMultiple(of: 2) ? noise[i] % 40 : noise[i] / 2
                samples[i] = isInk ? offset : 255 - offset
            }
        }
        return Image(pixels)
    }

    private static func image(_ samples: [UInt8], _ shape: PixelShape) -> Image {
        var pixels = PixelBuffer(shape: shape)
        pixels.withMutableSamples { target in for i in samples.indices { target[i] = samples[i] } }
        return Image(pixels)
    }

    private func expectEqual(_ image: Image) {
        let (levels, reference) = (InkLevels(of: image), InkReference(image))
        let counts = [
            levels.white, levels.pure, levels.near, levels.contour, levels.flatDistance, levels.flatFaint,
        ]
        #expect(counts == reference.counts)
        // Compared outside of the expectation, which would print two long lists.
        let isEqual = InkContour(everySampleOf: levels).counts == reference.keys(contourOnly: false)
        #expect(isEqual)
        let none = [Bool](repeating: false, count: InkNeighbourhood.keyCount)
        let contour = InkContour(contourOf: levels, isMarked: none)
        let isContourEqual = contour.counts == reference.keys(contourOnly: true)
        #expect(isContourEqual)
        #expect(contour.densest == nil)
    }

    private static let shapes =
        TestImage.shapes + [(8, 8), (28, 28), (31, 9), (32, 5), (63, 4), (64, 6), (65, 7), (97, 11), (1100, 3)]

    @Test("equal their definition on every awkward shape, grey and colour", arguments: shapes, [1, 3])
    func reference(side: (width: Int, height: Int), channels: Int) throws {
        let shape = try #require(PixelShape(width: side.width, height: side.height, channels: channels))
        for seed in 1...4 as ClosedRange<UInt8> {
            expectEqual(Self.image(shape, seed: seed))
        }
        expectEqual(Self.image(TestImage.random(shape, seed: 5), shape))
        for level in [0, 127, 128, 255] as [UInt8] {
            expectEqual(Image(PixelBuffer(shape: shape, filledWith: level)))
        }
    }

    @Test("count the largest distances over long rows without overflow")
    func extremes() throws {
        let shape = try #require(PixelShape(width: 5003, height: 2, channels: 1))
        let grey = InkLevels(of: Image(PixelBuffer(shape: shape, filledWith: 127)))
        #expect(grey.flatDistance == 127 * 10006 && grey.flat == 10006 && grey.near == 0 && grey.white == 0)
        let white = InkLevels(of: Image(PixelBuffer(shape: shape, filledWith: 231)))
        #expect(white.flatDistance == 24 * 10006 && white.flatFaint == 10006 && white.near == 10006)
        #expect(white.white == 10006 && white.isWhiteGround)
    }

    @Test(
        "too many samples far from black and white give none, exactly as many as may be give the same",
        arguments: [1, 3])
    func limits(channels: Int) throws {
        let shape = try #require(PixelShape(width: 70, height: 33, channels: channels))
        let image = Self.image(shape, seed: 3)
        let all = InkLevels(of: image)
        let far = all.samples - all.near
        #expect(far > 0)
        #expect(InkLevels(of: image, mostFar: far - 1) == nil)
        let limited = try #require(InkLevels(of: image, mostFar: far))
        #expect(limited.near == all.near && limited.contour == all.contour && limited.flatDistance == all.flatDistance)
    }

    @Test("of the image G: 25 white samples of 64, all of them on the contour")
    func golden() throws {
        let shape = try #require(PixelShape(width: 8, height: 8, channels: 1))
        let levels = InkLevels(of: Self.image(TestImage.g, shape))
        #expect(levels.white == 25 && levels.pure == 2 && levels.flat == 0 && !levels.isWhiteGround)
    }

    @Test("there are 618 classes of 4,096 contexts, and black and white exchanged leave a contour a contour")
    func classes() {
        #expect(InkNeighbourhood.classCount == 618)
        #expect((0..<618).reduce(0) { $0 + InkNeighbourhood.size(ofClass: $1) } == 4096)
        // One corner of ink: four contexts, bits 0, 2, 5 and 7.
        #expect(Set([1, 4, 32, 128].map { InkNeighbourhood.classOf(context: $0) }).count == 1)
        #expect(InkNeighbourhood.size(ofClass: InkNeighbourhood.classOf(context: 1)) == 4)
        #expect(InkNeighbourhood.size(ofClass: InkNeighbourhood.classOf(context: 4095)) == 1)
        let areContours = (0..<4096).allSatisfy { context in
            let one = InkNeighbourhood.classOf(context: context)
            let other = InkNeighbourhood.classOf(context: 4095 - context)
            return InkNeighbourhood.isContour(key: 2 * one) == InkNeighbourhood.isContour(key: 2 * other + 1)
        }
        #expect(areContours)
    }

    @Test("the densest window holds the marked samples, and stays inside the image")
    func densest() throws {
        let shape = try #require(PixelShape(width: 70, height: 45, channels: 1))
        var samples = [UInt8](repeating: 255, count: shape.sampleCount)
        for (x, y) in [(3, 3), (66, 41), (68, 43), (66, 44)] { samples[y * 70 + x] = 0 }
        // A speck: ink without a neighbour. Its class is that of context 0.
        let speck = 2 * InkNeighbourhood.classOf(context: 0) + 1
        let isMarked = (0..<InkNeighbourhood.keyCount).map { $0 == speck }
        let contour = InkContour(contourOf: InkLevels(of: Self.image(samples, shape)), isMarked: isMarked)
        // The one in the last row is repeated below the image, so that it has a neighbour.
        #expect(contour.counts[speck] == 3)
        #expect(contour.densest == Region(x: 56, y: 32, width: 14, height: 13))
    }

    @Test("reads every third row of a contour of more than twice as many samples as it may read")
    func rows() throws {
        let shape = try #require(PixelShape(width: 61, height: 40, channels: 1))
        // Rows look alike to three rows on, so that a third of them shows a third of everything.
        let samples = (0..<shape.sampleCount).map { ($0 % 61 + 1) & ($0 / 61 % 3 + 4) == 0 ? UInt8(0) : 255 }
        let levels = InkLevels(of: Self.image(samples, shape))
        let none = [Bool](repeating: false, count: InkNeighbourhood.keyCount)
        let all = InkContour(contourOf: levels, isMarked: none).counts.reduce(0, +)
        let third = InkContour(contourOf: levels, isMarked: none, mostSamples: levels.contour / 2).counts.reduce(0, +)
        #expect(all == levels.contour && third > all / 4 && third < all / 2)
        let every = InkContour(everySampleOf: levels, mostSamples: levels.contour / 2).counts.reduce(0, +)
        #expect(every == 14 * 61)
    }

    @Test("turning and mirroring an image changes no count")
    func symmetry() throws {
        let shape = try #require(PixelShape(width: 37, height: 37, channels: 1))
        let image = Self.image(shape, seed: 2)
        let samples = image.withSamples { span in (0..<span.count).map { span[$0] } }
        let places = (0..<37).flatMap { y in (0..<37).map { x in (y, x) } }
        let turned = places.map { y, x in samples[x * 37 + 36 - y] }
        let mirrored = places.map { y, x in samples[y * 37 + 36 - x] }
        let counts = InkContour(everySampleOf: InkLevels(of: image)).counts
        for other in [turned, mirrored] {
            let isEqual = InkContour(everySampleOf: InkLevels(of: Self.image(other, shape))).counts == counts
            #expect(isEqual)
        }
    }
}
