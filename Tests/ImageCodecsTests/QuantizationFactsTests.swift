import ImageCodecs
import Testing

@Suite("QuantizationFacts")
struct QuantizationFactsTests {
    private static func facts(
        channels: Int = 3, _ quality: Int, _ subsampling: ChromaSubsampling = .yuv420
    ) throws -> QuantizationFacts? {
        let image = try CodecFixtures.gradient(width: 20, height: 12, channels: channels)
        let bytes = try ImageEncoder.encode(image, as: .jpeg(quality: quality, subsampling: subsampling))
        return try CodecFixtures.decode(bytes).facts.quantization
    }

    @Test("a quality is read off the tables that libjpeg writes", arguments: 1...100, [1, 3])
    func qualities(quality: Int, channels: Int) throws {
        let facts = try #require(try Self.facts(channels: channels, quality))
        #expect(facts.quality == quality)
        #expect(facts.luma == StandardQuantization.luma(quality: quality))
        #expect((facts.chromaID == nil) == (channels == 1))
    }

    @Test("names are equal for equal tables alone")
    func names() throws {
        let facts = try (70...100).map { try #require(try Self.facts($0)) }
        #expect(Set(facts.map(\.lumaID)).count == facts.count)
        #expect(facts.allSatisfy { $0.lumaID.utf8.count == 16 && $0.chromaID != $0.lumaID || $0.quality == 100 })
        #expect(try Self.facts(75)?.lumaID == Self.facts(75, .yuv444)?.lumaID)
    }

    @Test("the subsampling is named", arguments: ChromaSubsampling.allCases)
    func subsampling(_ subsampling: ChromaSubsampling) throws {
        #expect(try Self.facts(90, subsampling)?.subsampling == subsampling.rawValue)
        #expect(try Self.facts(channels: 1, 90, subsampling)?.subsampling == nil)
    }

    @Test("unusual factors are written out")
    func factors() {
        let table = StandardQuantization.luma(quality: 50)
        let facts = QuantizationFacts(luma: table, chroma: table, factors: [(2, 2), (2, 1), (1, 1)])
        #expect(facts.subsampling == "2x2,2x1,1x1")
    }

    @Test("tables of a maker's own have no quality, and a nearest one")
    func unknown() throws {
        // The luma table of the file, one step larger.
        let image = try CodecFixtures.gradient(width: 16, height: 8, channels: 1)
        var bytes = try ImageEncoder.encode(image, as: .jpeg(quality: 90, subsampling: .yuv444))
        let table = try #require(bytes.indices.first { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xDB })
        bytes[table + 5 + 20] += 1
        let facts = try #require(try CodecFixtures.decode(bytes).facts.quantization)
        #expect(facts.quality == nil)
        #expect(facts.nearestQuality == 90)
        // The chroma table counts as well.
        let luma = StandardQuantization.luma(quality: 90)
        #expect(QuantizationFacts(luma: luma, chroma: luma, factors: [(1, 1), (1, 1), (1, 1)]).quality == nil)
    }

    @Test("a PNG has none")
    func png() throws {
        #expect(try CodecFixtures.decode(ChunkedPNG.file()).facts.quantization == nil)
    }
}
