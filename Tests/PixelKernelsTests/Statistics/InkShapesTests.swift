import PixelCore
import PixelKernels
import Testing

@Suite("InkShapes")
struct InkShapesTests {
    /// The shapes of a picture of `#` for ink, `+` for a level between, and anything else for paper.
    private static func shapes(_ rows: [String]) throws -> InkShapes {
        let samples: [UInt8] = rows.joined().map { $0 == "#" ? 0 : $0 == "+" ? 100 : 255 }
        let shape = try #require(PixelShape(width: rows[0].count, height: rows.count, channels: 1))
        return InkShapes(samples.span, shape: shape, levels: InkTones(samples.span))
    }

    @Test("bumps and dents of a block by hand")
    func hand() throws {
        let shapes = try Self.shapes([
            "............", "...#........", "..######....", "..######....", "..###.##....", "..######.#..",
            "............",
        ])
        // The speck is a bump and the hole a dent; what sticks out on top has three ink neighbours below.
        #expect(shapes.bumps == 1)
        #expect(shapes.dents == 1)
        #expect(shapes.pieces == InkShapes.Pieces(components: 2, specks: 1, holes: 1))
    }

    @Test("equals the table of 512 neighbourhoods on random images", arguments: TestImage.shapes)
    func reference(side: (width: Int, height: Int)) throws {
        let shape = try #require(PixelShape(width: side.width, height: side.height, channels: 1))
        // Mostly paper, so that ink is the dark class.
        let samples = TestImage.random(shape, seed: 6).map { level -> UInt8 in level < 90 ? 0 : level < 110 ? 110 : 255
        }
        let tones = InkTones(samples.span)
        guard !tones.isInkLight else { return }
        let shapes = InkShapes(samples.span, shape: shape, levels: tones)
        let marks = InkShapesReference.marks(
            isInk: samples.map { $0 < 128 }, isBetween: samples.map { $0 == 110 && !tones.isBitonal },
            width: side.width, height: side.height)
        #expect(shapes.bumps == marks.filter { $0.mark == .bump }.count)
        #expect(shapes.dents == marks.filter { $0.mark == .dent }.count)
        #expect(shapes.contour == marks.filter(\.isContour).count)
        let window = shapes.roughest
        #expect(window.x % InkShapes.cell == 0 && window.y % InkShapes.cell == 0)
        var (inside, contour) = (0, 0)
        for (i, mark) in marks.enumerated() {
            let (x, y) = (i % side.width, i / side.width)
            guard window.marks > 0, x >= window.x, y >= window.y, x < window.x + 16, y < window.y + 16 else { continue }
            if mark.mark != nil { inside += 1 }
            if mark.isContour { contour += 1 }
        }
        #expect(window.marks == inside)
        #expect(window.marks == 0 || window.contour == contour)
    }

    @Test("every neighbourhood is what the table says", arguments: 0..<512)
    func neighbourhood(code: Int) throws {
        // In the middle of a page, so that ink is the class of fewer pixels.
        var samples = [UInt8](repeating: 255, count: 81)
        for i in 0..<9 where code >> i & 1 == 1 { samples[(3 + i / 3) * 9 + 3 + i % 3] = 0 }
        let shape = try #require(PixelShape(width: 9, height: 9, channels: 1))
        let shapes = InkShapes(samples.span, shape: shape, levels: InkTones(samples.span))
        let marks = InkShapesReference.marks(
            isInk: samples.map { $0 == 0 }, isBetween: samples.map { _ in false }, width: 9, height: 9)
        #expect(marks[4 * 9 + 4].mark == InkShapesReference.table[code])
        #expect(shapes.bumps == marks.filter { $0.mark == .bump }.count)
        #expect(shapes.dents == marks.filter { $0.mark == .dent }.count)
    }

    @Test("pieces touch over corners, holes do not")
    func pieces() throws {
        let shapes = try Self.shapes([
            "#...........", ".#..####..##", "..#.#..#....", "....#..#.##.", "##..####.##.", "............",
        ])
        #expect(shapes.pieces == InkShapes.Pieces(components: 5, specks: 2, holes: 1))
    }

    @Test("the pieces of a screen of more than a million runs are not counted")
    func bounded() throws {
        let shape = try #require(PixelShape(width: 65536, height: 34, channels: 1))
        let samples = (0..<shape.sampleCount).map { i -> UInt8 in i % 2 == 0 && i / 65536 != 5 ? 0 : 255 }
        let shapes = InkShapes(samples.span, shape: shape, levels: InkTones(samples.span))
        #expect(shapes.pieces == nil)
        #expect(shapes.contour == 32768 * 33)
    }

    @Test("levels between ink and paper are found from the image's own")
    func tones() throws {
        let samples: [UInt8] = [30, 30, 30, 230, 230, 230, 230, 200, 210, 90]
        let tones = InkTones(samples.span)
        #expect(!tones.isBitonal)
        #expect(!tones.isInkLight)
        #expect(tones.inkShare == 0.4)
        #expect(tones.extremeShare == 0.9)
        #expect(tones.classLevels(samples.span) == (dark: 30, light: 230))
        let light = samples.map { 255 - $0 }
        #expect(InkTones(light.span).isInkLight)
        #expect(InkTones(light.span).classLevels(light.span) == (dark: 25, light: 225))
        let black = [UInt8](repeating: 7, count: 3)
        #expect(InkTones(black.span).classLevels(black.span).light == 255)
    }
}
