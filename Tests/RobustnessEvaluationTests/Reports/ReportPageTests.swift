import ImageCodecs
import PixelCore
import Testing

@testable import RobustnessEvaluation

@Suite("ReportPage")
struct ReportPageTests {
    private static let hostile = "<script>alert('x')</script>\" onerror=\"x\u{202E}gnp.png"

    private static func page(_ images: [EvaluatedImage]) -> String {
        ReportPage.html(MadeUpImages.report(images)) { _ in nil }
    }

    private let images =
        [
            MadeUpImages.attacked(hostile, .forwarded, pValue: 0.4, file: hostile),
            MadeUpImages.attacked("pgd", .flagged, pValue: 0.01),
            MadeUpImages.clean(.rejected, pValue: 0.01, role: hostile, file: hostile),
            MadeUpImages.clean(.failed, file: hostile),
        ] + (0..<30).map { MadeUpImages.clean(.forwarded, pValue: Double($0 + 1) / 31) }

    @Test("hostile names stay text, and text that turns around is shown as what it is")
    func escapes() {
        let page = Self.page(images)
        #expect(!page.contains("<script"))
        #expect(!page.contains("onerror=\""))
        #expect(page.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot; onerror=&quot;x[U+202E]gnp.png"))
        #expect(!page.unicodeScalars.contains { $0 == "\u{202E}" })
    }

    @Test("refers to nothing outside itself and forbids the rest")
    func standsAlone() {
        let page = Self.page(images)
        for reference in [
            "http:", "https:", "//", " src=\"/", " href=", "url(", "@import", "<link", "<iframe", "style=\"",
        ] {
            #expect(!page.contains(reference), "\(reference)")
        }
        #expect(
            page.contains("http-equiv=\"Content-Security-Policy\" content=\"default-src &#39;none&#39;; img-src data:;")
        )
        #expect(!page.contains("unsafe-inline"))
        #expect(page.contains("@media (prefers-color-scheme:dark)"))
        #expect(page.contains("<caption>"))
    }

    @Test("every plot says what it shows, under ids that are there once")
    func plots() {
        let page = Self.page(images)
        let plots = page.ranges(of: "<svg ").count
        #expect(plots > 4)
        #expect(page.ranges(of: "role=\"img\"").count == plots)
        #expect(page.ranges(of: "</desc>").count == plots)
        let ids = page.split(separator: " id=\"").dropFirst().map { $0.prefix { $0 != "\"" } }
        #expect(Set(ids).count == ids.count)
        #expect(ids.count == 2 * plots)
        #expect(!page.contains("nan") && !page.contains("inf\""))
    }

    @Test("elements are closed in the order in which they are opened")
    func nests() {
        var open: [Substring] = []
        for piece in Self.page(images).split(separator: "<").dropFirst() {
            guard let end = piece.firstIndex(of: ">") else { continue }
            let tag = piece[..<end]
            if tag.hasPrefix("!") || tag.hasSuffix("/") { continue }
            if tag.hasPrefix("/") {
                #expect(open.popLast() == tag.dropFirst())
            } else {
                open.append(tag.prefix { $0 != " " })
            }
        }
        #expect(open.isEmpty)
    }

    @Test("images without clean or without attacked ones, and none at all, still make a page")
    func partial() {
        for images in [[], [MadeUpImages.clean(.forwarded)], [MadeUpImages.attacked("pgd", .flagged, pValue: 0.1)]] {
            #expect(Self.page(images).hasSuffix("</html>\n"))
        }
    }

    @Test("shows pictures that it encoded itself")
    func pictures() throws {
        let shape = try #require(PixelShape(width: 28, height: 28, channels: 1))
        let png = try ImageEncoder.encode(Image(PixelBuffer(shape: shape, filledWith: 9)), as: .png(.small))
        let preview = try #require(ImagePreview(png))
        #expect((preview.width, preview.height) == (84, 84))
        #expect((preview.originalWidth, preview.originalHeight) == (28, 28))
        let page = ReportPage.html(MadeUpImages.report(images)) { _ in preview }
        #expect(page.ranges(of: "src=\"data:image/png;base64,").count == 2)
        #expect(ImagePreview([1, 2, 3]) == nil)
    }
}

@Suite("ImagePreview")
struct ImagePreviewTests {
    private static func image(_ width: Int, _ height: Int, _ value: (Int) -> UInt8) throws -> Image {
        var buffer = PixelBuffer(shape: try #require(PixelShape(width: width, height: height, channels: 1)))
        buffer.withMutableSamples { samples in
            for index in 0..<width * height { samples[index] = value(index) }
        }
        return Image(buffer)
    }

    @Test("small images are enlarged to the nearest pixel, none past the longest side")
    func enlarges() throws {
        let small = try #require(ImagePreview.scaled(try Self.image(2, 1) { $0 == 0 ? 10 : 200 }))
        #expect((small.shape.width, small.shape.height) == (128, 64))
        small.withSamples { #expect($0[63] == 10 && $0[64] == 200) }
        let strip = try #require(ImagePreview.scaled(try Self.image(200, 2) { _ in 1 }))
        #expect(strip.shape.width == 200)
    }

    @Test("large images are reduced to means")
    func reduces() throws {
        let large = try #require(ImagePreview.scaled(try Self.image(640, 2) { $0 % 2 == 0 ? 0 : 100 }))
        #expect((large.shape.width, large.shape.height) == (320, 1))
        large.withSamples { #expect($0[0] == 50) }
    }
}

@Suite("WrongImages")
struct WrongImagesTests {
    @Test("the largest p-value comes first, and kinds share the places")
    func shares() throws {
        let missed = (0..<100).map { MadeUpImages.attacked("pgd", .forwarded, pValue: Double($0 + 1) / 200) }
        let flagged = (0..<5).map { MadeUpImages.clean(.flagged, pValue: Double($0 + 1) / 100) }
        let wrong = WrongImages(missed + flagged, leading: "combined")
        #expect(wrong.groups.map(\.kind) == [.missed, .falsePositive])
        #expect(wrong.groups.map(\.total) == [100, 5])
        #expect(wrong.groups[0].shown == Array((45..<100).reversed()))
        #expect(wrong.groups[1].shown == [104, 103, 102, 101, 100])
    }

    @Test("what failed, was answered right or only looks attacked is not wrong")
    func kinds() {
        #expect(WrongImages.kind(of: MadeUpImages.attacked("a", .failed)) == nil)
        #expect(WrongImages.kind(of: MadeUpImages.attacked("a", .forwarded, reads: "4")) == nil)
        #expect(WrongImages.kind(of: MadeUpImages.attacked("a", .forwarded, fools: false)) == nil)
        #expect(WrongImages.kind(of: MadeUpImages.attacked("a", .flagged)) == nil)
        #expect(WrongImages.kind(of: MadeUpImages.attacked("a", .forwarded, reads: "9")) == .missed)
        #expect(WrongImages.kind(of: MadeUpImages.clean(.forwarded, reads: "9", unguarded: "9")) == nil)
        #expect(WrongImages.kind(of: MadeUpImages.clean(.forwarded, reads: "9")) == .misread)
    }
}

@Suite("PValueHistogram")
struct PValueHistogramTests {
    @Test("a value on a boundary lies in the bin below, as a rate takes it")
    func bins() {
        let counts = PValueHistogram.counts([0.05, 0.050001, 0.15, 1, 0.0001])
        #expect(counts[0] == 2 && counts[1] == 1 && counts[2] == 1 && counts[19] == 1)
        #expect(counts.reduce(0, +) == 5)
    }
}

@Suite("Base64")
struct Base64Tests {
    @Test(
        "meets the vectors of RFC 4648",
        arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")])
    func vectors(text: String, encoded: String) {
        #expect(Base64.encode(Array(text.utf8)) == encoded)
    }
}
