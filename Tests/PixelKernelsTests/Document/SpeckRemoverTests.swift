import PixelCore
import PixelKernels
import Testing

@Suite("SpeckRemover")
struct SpeckRemoverTests {
    private static func remove(
        _ target: SpeckRemover.Target, from samples: [UInt8], _ shape: PixelShape, threshold: Int = 128,
        largestArea: Int
    ) -> [UInt8] {
        var output = samples
        var span = output.mutableSpan
        let isFinished = SpeckRemover.remove(
            target, from: &span, shape: shape, threshold: threshold, largestArea: largestArea,
            cancellation: CancellationFlag())
        return isFinished ? output : []
    }

    /// `#` is 0, everything else 255.
    private static func drawn(_ rows: [String]) -> [UInt8] {
        rows.flatMap { row in row.map { $0 == "#" ? 0 : 255 } }
    }

    @Test("equals components labelled by scipy.ndimage.label")
    func peers() throws {
        let cases = try DocumentFixture.cases("specks")
        #expect(cases.count == 36)
        for one in cases {
            let shape = try #require(one.shape)
            let (area, threshold) = (try #require(one.area), try #require(one.threshold))
            let target: SpeckRemover.Target = one.target == "ink" ? .ink : .paper
            #expect(
                Self.remove(target, from: one.inputSamples, shape, threshold: threshold, largestArea: area)
                    == one.outputSamples,
                "\(target) \(area) \(threshold) \(one.channels)")
        }
    }

    @Test("equals flooding at every awkward shape, density and area", arguments: TestImage.shapes, [1, 3])
    func reference(side: (width: Int, height: Int), channels: Int) throws {
        let shape = try #require(PixelShape(width: side.width, height: side.height, channels: channels))
        for (seed, threshold) in [(1, 20), (2, 70), (3, 128), (4, 190), (5, 250)] as [(UInt8, Int)] {
            let samples = TestImage.random(shape, seed: seed)
            for target in SpeckRemover.Target.allCases {
                for area in [1, 2, 7, 256] {
                    #expect(
                        Self.remove(target, from: samples, shape, threshold: threshold, largestArea: area)
                            == SpeckReference.remove(
                                target, from: samples, shape: shape, threshold: threshold, largestArea: area),
                        "\(target) \(threshold) \(area)")
                }
            }
        }
    }

    @Test("ink connects over corners and paper does not")
    func connectivity() throws {
        let shape = try #require(PixelShape(width: 5, height: 5, channels: 1))
        let diagonal = Self.drawn(["     ", " #   ", "  #  ", "   # ", "     "])
        #expect(Self.remove(.ink, from: diagonal, shape, largestArea: 2) == diagonal)
        #expect(Self.remove(.ink, from: diagonal, shape, largestArea: 3).allSatisfy { $0 == 255 })
        let diamond = Self.drawn(["  #  ", " # # ", "#   #", " # # ", "  #  "])
        let filled = Self.drawn(["  #  ", " ### ", "#####", " ### ", "  #  "])
        #expect(Self.remove(.paper, from: diamond, shape, largestArea: 5).count { $0 == 0 } >= 13)
        #expect(Self.remove(.paper, from: diamond, shape, largestArea: 2) == diamond)
        // The corners are components of three pixels, and go at five with the middle.
        #expect(Self.remove(.ink, from: filled, shape, largestArea: 12) == filled)
    }

    @Test("arms that meet only in the last row are one component")
    func late() throws {
        let shape = try #require(PixelShape(width: 7, height: 4, channels: 1))
        let comb = Self.drawn(["# # # #", "# # # #", "# # # #", "#######"])
        #expect(Self.remove(.ink, from: comb, shape, largestArea: 18) == comb)
        #expect(Self.remove(.ink, from: comb, shape, largestArea: 19).allSatisfy { $0 == 255 })
    }

    @Test("a speck takes the mean of the paper around it, rounded half up")
    func background() throws {
        let shape = try #require(PixelShape(width: 3, height: 3, channels: 1))
        let samples: [UInt8] = [200, 200, 200, 200, 9, 201, 201, 201, 201]
        #expect(Self.remove(.ink, from: samples, shape, largestArea: 1)[4] == 201)
    }

    @Test("an image of ink alone stays, area 0 removes nothing")
    func nothing() throws {
        let shape = try #require(PixelShape(width: 2, height: 1, channels: 1))
        #expect(Self.remove(.ink, from: [3, 4], shape, largestArea: 256) == [3, 4])
        #expect(Self.remove(.ink, from: [3, 255], shape, largestArea: 0) == [3, 255])
    }

    @Test("a raised flag stops it", arguments: SpeckRemover.Target.allCases, [0, 1])
    func cancels(target: SpeckRemover.Target, area: Int) throws {
        let shape = try #require(PixelShape(width: 1, height: 1, channels: 1))
        let flag = CancellationFlag()
        flag.raise()
        var output: [UInt8] = [0]
        var span = output.mutableSpan
        #expect(
            !SpeckRemover.remove(
                target, from: &span, shape: shape, threshold: 128, largestArea: area, cancellation: flag))
    }
}
