import PixelCore
import Testing

@testable import AdversarialDetectors

@Suite("TileSampling")
struct TileSamplingTests {
    @Test("a small image is one tile, and one without a block is none")
    func small() throws {
        for (width, height, count) in [
            (1, 1, 0), (7, 4000, 0), (8, 8, 1), (512, 512, 1), (519, 519, 1), (8, 32_775, 1),
        ] {
            let shape = try #require(PixelShape(width: width, height: height, channels: 1))
            let places = TileSampling.places(of: shape)
            #expect(places.count == count)
            #expect(places.allSatisfy { $0.columns == 0..<width && $0.rows == 0..<height })
        }
    }

    @Test(
        "a large image has tiles inside it that do not overlap, spread over it, and no more blocks than said",
        arguments: [(520, 512), (1200, 550), (8000, 6250), (65_535, 9), (9, 65_535), (65_535, 700), (100, 60_000)])
    func large(width: Int, height: Int) throws {
        let shape = try #require(PixelShape(width: width, height: height, channels: 1))
        let places = TileSampling.places(of: shape)
        #expect(Set(places).count == places.count && places.count > 1)
        let blocks = places.reduce(0) { $0 + ($1.columns.count / 8) * ($1.rows.count / 8) }
        #expect((TileSampling.mostBlocks / 2...TileSampling.mostBlocks).contains(blocks))
        for place in places {
            #expect(place.columns.lowerBound % 8 == 0 && place.columns.upperBound <= width)
            #expect(place.rows.lowerBound % 8 == 0 && place.rows.upperBound <= height)
        }
        // Along each side, from the first to the last whole tile.
        #expect(places.contains { $0.columns.lowerBound == 0 } || width < 144)
        #expect(places.contains { width - $0.columns.upperBound < 8 } || width < 144)
        #expect(places.contains { height - $0.rows.upperBound < 8 } || Set(places.map(\.rows)).count == 1)
        for (a, b) in zip(places, places.dropFirst()) where a.rows == b.rows {
            #expect(a.columns.upperBound <= b.columns.lowerBound)
        }
    }
}
