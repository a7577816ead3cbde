import PixelCore
import Testing

@Suite("RegionBox")
struct RegionBoxTests {
    private static func shape(_ width: Int, _ height: Int) throws -> PixelShape {
        try #require(PixelShape(width: width, height: height, channels: 1))
    }

    private static func box(
        _ x: RegionBox.Length, _ y: RegionBox.Length, _ width: RegionBox.Length, _ height: RegionBox.Length,
        _ anchor: RegionBox.Anchor = .topLeft
    ) -> RegionBox {
        RegionBox(name: "r", x: x, y: y, width: width, height: height, anchor: anchor)
    }

    @Test(
        "an anchor says which corner x and y are measured from",
        arguments: [
            (RegionBox.Anchor.topLeft, 10, 20), (.topRight, 60, 20), (.bottomLeft, 10, 50), (.bottomRight, 60, 50),
        ])
    func anchors(anchor: RegionBox.Anchor, x: Int, y: Int) throws {
        let page = try Self.shape(100, 100)
        let box = Self.box(.pixels(10), .pixels(20), .pixels(30), .pixels(30), anchor)
        #expect(box.region(on: page, page: page) == Region(x: x, y: y, width: 30, height: 30))
    }

    @Test("fractions are of the page, and a rounding error is no pixel")
    func fractions() throws {
        let page = try Self.shape(30, 30)
        let box = Self.box(.fraction(0.1), .fraction(0.7), .fraction(0.2), .fraction(0.3))
        #expect(box.region(on: page, page: page) == Region(x: 3, y: 21, width: 6, height: 9))
    }

    @Test("a box is scaled with its page, outwards to whole pixels")
    func scaled() throws {
        let page = try Self.shape(1000, 500)
        let small = try Self.shape(300, 150)
        let box = Self.box(.pixels(101), .pixels(50), .pixels(100), .pixels(49))
        // 30.3 to 60.3 and 15 to 29.7.
        #expect(box.region(on: small, page: page) == Region(x: 30, y: 15, width: 31, height: 15))
    }

    @Test("what is outside is cut, and nothing left is nil")
    func outside() throws {
        let page = try Self.shape(50, 40)
        let over = Self.box(.pixels(45), .pixels(0), .pixels(100), .pixels(10))
        #expect(over.region(on: page, page: page) == Region(x: 45, y: 0, width: 5, height: 10))
        #expect(Self.box(.pixels(50), .pixels(0), .pixels(1), .pixels(1)).region(on: page, page: page) == nil)
        let beyond = Self.box(.pixels(60), .pixels(0), .pixels(20), .pixels(10), .topRight)
        #expect(beyond.region(on: page, page: page) == nil)
    }

    @Test("cutting out and putting back changes nothing but the box")
    func paste() throws {
        let shape = try #require(PixelShape(width: 7, height: 5, channels: 3))
        let samples = (0..<shape.sampleCount).map { UInt8($0) }
        guard var pixels = PixelBuffer(shape: shape, adopting: samples) else {
            Issue.record("the samples are the shape's")
            return
        }
        let region = try #require(Region(x: 2, y: 1, width: 3, height: 2))
        guard var part = pixels.cropped(to: region, into: [UInt8](repeating: 0, count: 18)) else {
            Issue.record("the region is inside")
            return
        }
        #expect(part.withSamples { $0[0] } == 1 * 21 + 6)
        part.withMutableSamples { span in for i in 0..<span.count { span[i] = 255 } }
        let fits = pixels.paste(part, at: region)
        #expect(fits)
        let changed = pixels.withSamples { span in (0..<span.count).filter { span[$0] != UInt8($0) } }
        #expect(changed == [27, 28, 29, 30, 31, 32, 33, 34, 35, 48, 49, 50, 51, 52, 53, 54, 55, 56])
        let tooFar = try #require(Region(x: 5, y: 1, width: 3, height: 2))
        let didPaste = pixels.paste(part, at: tooFar)
        #expect(!didPaste)
    }
}
