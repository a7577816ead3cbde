import ImageDefenses
import PixelCore
import Testing

/// Defenses that work on a box of the page.
@Suite("Defense regions")
struct DefenseRegionTests {
    private static let keepShape = DefenseCatalogue.descriptors.filter { !$0.changesShape }.map(\.name)
    private static let changeShape = DefenseCatalogue.descriptors.filter(\.changesShape).map(\.name)
    private static let width = 23
    private static let height = 17

    /// A box, and the columns and rows that it means on a page of 23 by 17.
    private struct Place {
        let box: RegionBox
        let columns: Range<Int>
        let rows: Range<Int>

        init(
            _ name: String, _ x: RegionBox.Length, _ y: RegionBox.Length, _ width: RegionBox.Length,
            _ height: RegionBox.Length, anchor: RegionBox.Anchor = .topLeft, columns: Range<Int>, rows: Range<Int>
        ) {
            box = RegionBox(name: name, x: x, y: y, width: width, height: height, anchor: anchor)
            self.columns = columns
            self.rows = rows
        }

        /// The indices of the box's samples, row by row.
        func indices(channels: Int) -> [Int] {
            rows.flatMap { y in
                columns.flatMap { x in (0..<channels).map { ((y * DefenseRegionTests.width) + x) * channels + $0 } }
            }
        }
    }

    private static let places = [
        Place("pixel", .pixels(11), .pixels(8), .pixels(1), .pixels(1), columns: 11..<12, rows: 8..<9),
        Place("first", .pixels(0), .pixels(0), .pixels(1), .pixels(1), columns: 0..<1, rows: 0..<1),
        Place(
            "last", .pixels(0), .pixels(0), .pixels(1), .pixels(1), anchor: .bottomRight, columns: 22..<23,
            rows: 16..<17),
        Place("top", .fraction(0), .pixels(0), .fraction(1), .pixels(2), columns: 0..<23, rows: 0..<2),
        Place(
            "right", .pixels(0), .pixels(3), .pixels(1), .pixels(9), anchor: .topRight, columns: 22..<23, rows: 3..<12),
        Place("middle", .pixels(4), .pixels(5), .pixels(13), .pixels(9), columns: 4..<17, rows: 5..<14),
        Place("over", .pixels(20), .pixels(15), .pixels(9), .pixels(9), columns: 20..<23, rows: 15..<17),
        Place("page", .fraction(0), .fraction(0), .fraction(1), .fraction(1), columns: 0..<23, rows: 0..<17),
    ]

    @Test("a box changes as it would by itself, and nothing else does", arguments: keepShape, [1, 3])
    func boxes(name: String, channels: Int) throws {
        let shape = try #require(PixelShape(width: Self.width, height: Self.height, channels: channels))
        let before = TestImage.samples(TestImage.random(shape, seed: 7))
        let image = Image(TestImage.make(shape, before))
        let defense = try DefenseCatalogue.make(name: name, parameters: [:])
        // One context for all boxes, so that buffers come back with what another box left there.
        var context = DefenseContext(generator: ChaChaGenerator(key: []))
        for place in Self.places {
            context.generator = ChaChaGenerator(key: [3])
            let pipeline = DefensePipeline(name: "p", placed: [DefensePipeline.Step(defense, in: place.box)])
            let after = TestImage.samples(try pipeline.apply(to: image, context: &context).makeBuffer())

            let indices = place.indices(channels: channels)
            let part = try #require(
                PixelShape(width: place.columns.count, height: place.rows.count, channels: channels))
            var alone = TestImage.make(part, indices.map { before[$0] })
            var fresh = DefenseContext(generator: ChaChaGenerator(key: [3]))
            try defense.apply(to: &alone, context: &fresh)
            var expected = before
            for (index, sample) in zip(indices, TestImage.samples(alone)) { expected[index] = sample }
            #expect(after == expected, "\(place.box.name)")
            #expect(context.generator.next() == fresh.generator.next(), "\(place.box.name)")
        }
        #expect(TestImage.samples(image.makeBuffer()) == before)
    }

    @Test("a box of the page is the whole image", arguments: keepShape)
    func page(name: String) throws {
        let shape = try #require(PixelShape(width: Self.width, height: Self.height, channels: 3))
        let image = Image(TestImage.random(shape, seed: 7))
        let defense = try DefenseCatalogue.make(name: name, parameters: [:])
        let page = try #require(Self.places.last).box
        var results: [[UInt8]] = []
        for region in [nil, page] {
            var context = DefenseContext(generator: ChaChaGenerator(key: [3]))
            let pipeline = DefensePipeline(name: "p", placed: [DefensePipeline.Step(defense, in: region)])
            results.append(TestImage.samples(try pipeline.apply(to: image, context: &context).makeBuffer()))
        }
        #expect(results.first == results.last)
    }

    @Test(
        "a step in a box after one on the whole image, and before one, works on what it is given", arguments: keepShape)
    func between(name: String) throws {
        let shape = try #require(PixelShape(width: Self.width, height: Self.height, channels: 3))
        let defense = try DefenseCatalogue.make(name: name, parameters: [:])
        let median = try DefenseCatalogue.parse("median(3)")
        let place = Self.places[5]
        var context = DefenseContext(generator: ChaChaGenerator(key: [3]))
        let steps = [
            DefensePipeline.Step(median), DefensePipeline.Step(defense, in: place.box), DefensePipeline.Step(median),
        ]
        let after = TestImage.samples(
            try DefensePipeline(name: "p", placed: steps)
                .apply(to: Image(TestImage.random(shape, seed: 7)), context: &context).makeBuffer())

        var fresh = DefenseContext(generator: ChaChaGenerator(key: [3]))
        var pixels = TestImage.random(shape, seed: 7)
        try median.apply(to: &pixels, context: &fresh)
        var expected = TestImage.samples(pixels)
        let indices = place.indices(channels: 3)
        let part = try #require(PixelShape(width: place.columns.count, height: place.rows.count, channels: 3))
        var alone = TestImage.make(part, indices.map { expected[$0] })
        try defense.apply(to: &alone, context: &fresh)
        for (index, sample) in zip(indices, TestImage.samples(alone)) { expected[index] = sample }
        pixels = TestImage.make(shape, expected)
        try median.apply(to: &pixels, context: &fresh)
        #expect(after == TestImage.samples(pixels))
    }

    @Test("a defense that changes the shape of its box is an error that names the box", arguments: changeShape, [1, 3])
    func changed(name: String, channels: Int) throws {
        let shape = try #require(PixelShape(width: Self.width, height: Self.height, channels: channels))
        let image = Image(TestImage.random(shape, seed: 7))
        let before = TestImage.samples(image.makeBuffer())
        let defense = try DefenseCatalogue.make(name: name, parameters: [:])
        for place in Self.places where place.columns.count > 1 {
            let pipeline = DefensePipeline(name: "p", placed: [DefensePipeline.Step(defense, in: place.box)])
            #expect(throws: DefenseError.region(place.box.name)) {
                var context = DefenseContext(generator: ChaChaGenerator(key: [3]))
                return try pipeline.apply(to: image, context: &context)
            }
        }
        #expect(TestImage.samples(image.makeBuffer()) == before)
    }
}
