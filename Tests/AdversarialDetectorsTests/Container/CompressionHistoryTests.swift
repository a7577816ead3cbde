import AdversarialDetectors
import ImageCodecs
import PixelCore
import Testing

@Suite("CompressionHistory")
struct CompressionHistoryTests {
    /// The signal of an image that came as a PNG.
    private static func signal(_ image: Image) throws -> Signal {
        try #require(
            try CompressionHistory(parameters: [:])
                .inspect(TestSubject.subject(image, facts: TestSubject.facts { $0.components = image.shape.channels })))
    }

    /// The signal of a JPEG file.
    private static func signal(file: [UInt8]) throws -> Signal {
        let decoded = try CompressedImages.decoded(file)
        return try #require(
            try CompressionHistory(parameters: [:]).inspect(TestSubject.subject(decoded.image, facts: decoded.facts)))
    }

    @Test("a PNG of a JPEG is found, with its quality", arguments: [30, 50, 75, 90, 95, 98], [1, 3])
    func exact(quality: Int, channels: Int) throws {
        let image = try CompressedImages.compressed(CompressedImages.picture(channels: channels), quality)
        let signal = try Self.signal(image)
        #expect(signal.score == 0)
        #expect(signal.findings == ["exact-jpeg-history"])
        #expect(signal.value("quality") == Double(quality))
        #expect(signal.stratum == "png")
    }

    @Test("two levels more or less on every sample break it", arguments: [50, 75, 90], [1, 3])
    func broken(quality: Int, channels: Int) throws {
        let image = try CompressedImages.compressed(CompressedImages.picture(channels: channels), quality)
        let signal = try Self.signal(CompressedImages.moved(image, by: 2))
        #expect(signal.findings == ["broken-jpeg-history"])
        #expect(signal.score > 0.5)
        #expect(signal.value("quality") == Double(quality))
    }

    @Test("the score grows with the change")
    func order() throws {
        let image = try CompressedImages.compressed(CompressedImages.picture(), 60)
        let scores = try [0, 1, 2, 4].map { try Self.signal(CompressedImages.moved(image, by: $0)).score }
        #expect(scores == scores.sorted() && Set(scores).count == scores.count)
    }

    @Test("a picture that was never compressed has no history", arguments: [0, 8])
    func never(noise: Int) throws {
        let signal = try Self.signal(CompressedImages.moved(CompressedImages.picture(), by: noise))
        #expect(signal.score == 0)
        #expect(signal.findings.isEmpty)
    }

    @Test("a change in one place is found, and its box")
    func patch() throws {
        let image = try CompressedImages.compressed(CompressedImages.picture(), 75)
        let patch = try #require(Region(x: 42, y: 51, width: 24, height: 24))
        let signal = try Self.signal(
            CompressedImages.changed(image) { index, value in
                let (x, y) = (index / 3 % 160, index / 3 / 160)
                return (42..<66).contains(x) && (51..<75).contains(y) ? 20 + index * 97 % 211 : value
            })
        #expect(signal.findings == ["broken-jpeg-history"])
        #expect(signal.score > 0.1)
        let box = try #require(signal.boxes.first)
        // Whole blocks: from 40 to 72 and from 48 to 80.
        #expect(box.x == 40 && box.y == 48 && box.width == 32 && box.height == 32)
        #expect(box.x <= patch.x && box.y <= patch.y)
        #expect(signal.value("changed-blocks") == 16)
    }

    @Test("one changed pixel is found")
    func pixel() throws {
        let image = try CompressedImages.compressed(CompressedImages.picture(), 75)
        let signal = try Self.signal(
            CompressedImages.changed(image) { index, value in
                index / 3 == 160 * 60 + 77 ? (index % 3 == 1 ? 40 : 220) : value
            })
        #expect(signal.findings == ["broken-jpeg-history"])
        #expect(signal.value("changed-blocks") == 1)
    }

    @Test("where one direction shows the grid and the other something stronger, the lattice decides")
    func misled() throws {
        let whole = try CompressedImages.compressed(CompressedImages.picture(width: 240, height: 200), 60)
        let image = try CompressedImages.cropped(whole, left: 5, top: 3)
        // Lines at other columns than the blocks', in the upper rows: outside of most blocks.
        let signal = try Self.signal(
            CompressedImages.changed(image) { index, value in
                let (x, y) = (index / 3 % 235, index / 3 / 235)
                return y < 21 && x % 8 == 6 ? value + 60 : value
            })
        #expect(signal.value("grid-x") == 3 && signal.value("grid-y") == 5)
        #expect(signal.value("quality") == 60)
    }

    @Test("after a crop the grid is found where it went", arguments: [(3, 0), (0, 5), (5, 3)])
    func shifted(left: Int, top: Int) throws {
        let whole = try CompressedImages.compressed(CompressedImages.picture(width: 240, height: 200), 60)
        let image = try CompressedImages.cropped(whole, left: left, top: top)
        let signal = try Self.signal(image)
        #expect(signal.findings == ["exact-jpeg-history", "shifted-grid"])
        #expect(signal.value("grid-x") == Double((8 - left) % 8))
        #expect(signal.value("grid-y") == Double((8 - top) % 8))
        let changed = try Self.signal(CompressedImages.moved(image, by: 2))
        #expect(changed.findings == ["broken-jpeg-history", "shifted-grid"])
    }

    @Test("a grid that outlives its lattice counts by its strength")
    func gridAlone() throws {
        let image = try CompressedImages.compressed(CompressedImages.picture(width: 240, height: 200), 45)
        let signal = try Self.signal(CompressedImages.moved(image, by: 12))
        #expect(signal.value("lattice-strength") == nil)
        #expect(signal.findings == ["broken-jpeg-history"])
        #expect(signal.score > 0)
    }

    @Test("a JPEG stands on its own lattice, which is no history", arguments: [30, 75, 90, 98])
    func jpeg(quality: Int) throws {
        let signal = try Self.signal(file: CompressedImages.file(CompressedImages.picture(), quality))
        #expect(signal.score == 0)
        #expect(signal.findings.isEmpty)
        #expect(signal.stratum == (quality < 80 ? "jpeg-low" : quality < 92 ? "jpeg-mid" : "jpeg-high"))
    }

    @Test("in a JPEG that was one before the first quality is found, and what changed in between", arguments: [1, 3])
    func twice(channels: Int) throws {
        let first = try CompressedImages.compressed(CompressedImages.picture(channels: channels), 60)
        let plain = try Self.signal(file: CompressedImages.file(first, 95))
        #expect(plain.findings == ["exact-jpeg-history", "double-compression"])
        #expect(plain.score == 0)
        #expect(plain.value("quality") == 60)
        let changed = try Self.signal(file: CompressedImages.file(CompressedImages.moved(first, by: 3), 95))
        #expect(changed.findings == ["broken-jpeg-history", "double-compression"])
        #expect(changed.score > 0.3)
    }

    @Test("a PNG of a JPEG that was one before has both histories")
    func twicePNG() throws {
        let first = try CompressedImages.compressed(CompressedImages.picture(), 60)
        let plain = try Self.signal(CompressedImages.compressed(first, 95))
        #expect(plain.findings == ["exact-jpeg-history", "double-compression"])
        #expect(plain.score == 0)
        let changed = try Self.signal(CompressedImages.compressed(CompressedImages.moved(first, by: 3), 95))
        #expect(changed.findings == ["broken-jpeg-history", "double-compression"])
    }

    @Test("a PNG of a JPEG that was turned by a quarter is found as well")
    func turnedPNG() throws {
        let image = try CompressedImages.compressed(CompressedImages.picture(width: 136, height: 136), 70)
        let turned = CompressedImages.transposed(image)
        let signal = try Self.signal(turned)
        #expect(signal.findings == ["exact-jpeg-history"])
        #expect(signal.value("quality") == 70)
        #expect(try Self.signal(CompressedImages.moved(turned, by: 2)).findings == ["broken-jpeg-history"])
    }

    @Test("a PNG of a JPEG with tables of its own is found without a quality")
    func ownTable() throws {
        // Flat tables, as no quality has them.
        var file = try CompressedImages.file(CompressedImages.picture(channels: 1), 60)
        let table = try #require(file.indices.first { file[$0] == 0xFF && file[$0 + 1] == 0xDB }) + 5
        for i in 0..<64 { file[table + i] = UInt8(9 + i % 3) }
        let image = try CompressedImages.decoded(file).image
        let signal = try Self.signal(image)
        #expect(signal.findings == ["exact-jpeg-history"])
        #expect(signal.value("quality") == 0)
        let box = try #require(
            try Self.signal(CompressedImages.changed(image) { $0 == 30 * 160 + 40 ? ($1 > 128 ? 20 : 235) : $1 }).boxes
                .first)
        #expect(box.x == 40 && box.y == 24)
    }

    @Test("steps less than three times the own ones show in the histograms")
    func period() throws {
        let first = try CompressedImages.compressed(CompressedImages.picture(width: 320, height: 320), 75)
        let signal = try Self.signal(file: CompressedImages.file(first, 85))
        #expect(signal.findings == ["double-compression"])
        #expect(signal.score == 0)
    }

    @Test("a JPEG that is shown turned keeps its history", arguments: 1...8)
    func turned(orientation: Int) throws {
        // Sides that are no multiples of 8, and steps that differ each way.
        let picture = try CompressedImages.picture(width: 181, height: 149)
        let first = try CompressedImages.compressed(picture, 60)
        for (image, findings) in [(picture, []), (first, ["exact-jpeg-history", "double-compression"])] {
            let file = try CompressedImages.file(image, 95)
            let exif: [UInt8] =
                Array("Exif\0\0".utf8) + [0x49, 0x49, 0x2A, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0]
                + [UInt8(orientation), 0, 0, 0, 0, 0, 0, 0]
            let segment = [0xFF, 0xE1, 0, UInt8(exif.count + 2)] + exif
            let signal = try Self.signal(file: Array(file.prefix(2)) + segment + file.dropFirst(2))
            #expect(signal.findings == findings)
            #expect(signal.score == 0)
        }
    }

    @Test(
        "images in which nothing can be seen score 0",
        arguments: [(1, 1), (7, 300), (300, 7), (8, 8), (9, 17), (64, 64)], [1, 3])
    func nothing(size: (width: Int, height: Int), channels: Int) throws {
        let shape = try #require(PixelShape(width: size.width, height: size.height, channels: channels))
        for value in [0, 3, 128, 255] as [UInt8] {
            let signal = try Self.signal(Image(PixelBuffer(shape: shape, filledWith: value)))
            #expect(signal.score == 0)
            #expect(signal.findings.isEmpty)
            #expect(signal.evidence.allSatisfy { $0.value.isFinite })
        }
    }

    @Test("equal shapes all over a page make no lattice")
    func page() throws {
        let shape = try #require(PixelShape(width: 400, height: 300, channels: 1))
        // A glyph of 5×7 pixels every 11 columns and 15 rows, soft at its edges.
        let glyph = [0, 60, 200, 60, 0, 60, 230, 90, 230, 60, 90, 240, 40, 240, 90, 200, 230, 200, 230, 200]
        let image = CompressedImages.image(
            shape,
            (0..<shape.sampleCount).map { i in
                let (x, y) = (i % 400 % 11, i / 400 % 15)
                return UInt8(254 - (x < 5 && y < 4 ? glyph[y * 5 + x] : 0))
            })
        #expect(try Self.signal(image).score == 0)
    }
}
