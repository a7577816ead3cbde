import ImageDefenses
import PixelCore
import Testing

/// What a defense leaves alone by its own definition.
///
/// The tables and the lists of exceptions together name the whole catalogue, so that a new defense has to be placed.
@Suite("Defense properties")
struct DefensePropertyTests {
    private static let deterministic = Set(DefenseCatalogue.descriptors.filter { !$0.isRandomized }.map(\.name))
    private static let randomized = Set(DefenseCatalogue.descriptors.filter(\.isRandomized).map(\.name))

    /// The names of short forms.
    private static func names(_ shortForms: [String]) -> Set<String> {
        Set(shortForms.map { String($0.prefix { $0 != "(" }) })
    }

    /// The samples after `shortForm`.
    private static func apply(
        _ shortForm: String, to samples: [UInt8], _ shape: PixelShape, key: UInt8 = 1
    ) throws -> [UInt8] {
        var pixels = TestImage.make(shape, samples)
        var context = DefenseContext(generator: ChaChaGenerator(key: [key]))
        try DefenseCatalogue.parse(shortForm).apply(to: &pixels, context: &context)
        return TestImage.samples(pixels)
    }

    // MARK: Constant images

    /// Every combination of resizing there is.
    private static let resizes = ["opencv", "pillow"].flatMap { convention in
        ["nearest", "bilinear", "bicubic", "lanczos", "area"].flatMap { method in
            ["resize(5,4,\(method),\(convention))", "resize(20,13,\(method),\(convention))"]
        }
    }

    /// Means, medians and interpolations: equal levels give the same level.
    private static let keepsConstant =
        [
            "median", "median(3)", "median(9,lower)", "gaussian(0.1)", "gaussian", "gaussian(10)",
            "gaussian(10,opencv)",
            "total-variation", "total-variation(10,3)", "wavelet", "wavelet(db2,visu,1,12)", "bilateral",
            "bilateral(31,255,255)", "despeckle", "despeckle(256,256)", "opening", "opening(3)", "opening(2,light)",
            "closing", "closing(3)", "closing(2,light)", "area-resize(5,4)", "area-resize(20,13)",
            "scaler-reconstruction(4,3)", "scaler-reconstruction(4,3,nearest,pillow)", "mirror", "translate",
            "translate(-64,3)", "occlude", "occlude(0,0,100,100)",
        ] + resizes

    /// As those, on grey; colours go through another space with 8 bits and come back by at most so many levels beside.
    private static let keepsGreyConstant = [
        ("nl-means", 3), ("nl-means(21,7,30)", 3), ("jpeg", 2), ("jpeg(100,4:4:4)", 2),
    ]

    /// Quantizers: one colour becomes one colour, black or white in each channel.
    private static let decidesConstant = [
        "binarize", "otsu", "otsu(-64)", "sauvola", "sauvola(3,1)", "majority", "bit-depth(1)",
        "reink", "reink(thin)", "reink(soft)",
    ]

    @Test("the tables name every deterministic defense")
    func everyDeterministic() {
        let placed = Self.names(Self.keepsConstant + Self.keepsGreyConstant.map(\.0) + Self.decidesConstant)
        #expect(placed == Self.deterministic)
    }

    @Test("a constant grey image keeps its level", arguments: keepsConstant + keepsGreyConstant.map(\.0))
    func constantGrey(shortForm: String) throws {
        for (width, height) in [(1, 1), (9, 7)] {
            let shape = try #require(PixelShape(width: width, height: height, channels: 1))
            for level in [0, 1, 2, 63, 77, 127, 128, 129, 200, 253, 254, 255] as [UInt8] {
                let before = [UInt8](repeating: level, count: shape.sampleCount)
                let after = try Self.apply(shortForm, to: before, shape)
                #expect(after.allSatisfy { $0 == level }, "\(level) on \(width)x\(height): \(after.prefix(8))")
            }
        }
    }

    /// Colours at the ends, in between, and with equal luma.
    private static let colours: [[UInt8]] = [
        [0, 0, 0], [255, 255, 255], [255, 0, 0], [0, 255, 0], [0, 0, 255], [12, 200, 77], [254, 1, 128],
        [127, 128, 129],
    ]

    @Test(
        "an image of one colour keeps it", arguments: keepsConstant.map { ($0, 0) } + keepsGreyConstant)
    func constantColour(shortForm: String, tolerance: Int) throws {
        let shape = try #require(PixelShape(width: 9, height: 7, channels: 3))
        for colour in Self.colours {
            let before = [[UInt8]](repeating: colour, count: shape.pixelCount).flatMap { $0 }
            let after = try Self.apply(shortForm, to: before, shape)
            let farthest = after.indices.map { abs(Int(after[$0]) - Int(colour[$0 % 3])) }.max()
            #expect(try #require(farthest) <= tolerance, "\(colour): \(after.prefix(6))")
            #expect(after.indices.allSatisfy { after[$0] == after[$0 % 3] })
        }
    }

    @Test("an image of one colour becomes one of black and white in each channel", arguments: decidesConstant)
    func decided(shortForm: String) throws {
        for channels in [1, 3] {
            let shape = try #require(PixelShape(width: 9, height: 7, channels: channels))
            for colour in Self.colours {
                let before = [[UInt8]](repeating: Array(colour.prefix(channels)), count: shape.pixelCount).flatMap {
                    $0
                }
                let after = try Self.apply(shortForm, to: before, shape)
                #expect(after.indices.allSatisfy { after[$0] == after[$0 % channels] })
                #expect(Set(after).isSubset(of: [0, 255]))
            }
        }
    }

    // MARK: Settings that do nothing

    /// Settings of which the definition says that they change nothing on an image of 33 by 17, grey or RGB.
    private static let idle =
        [
            // No noise, all of the image, no size left to draw, no component small enough.
            "gaussian-noise(0)", "uniform-noise(0)", "random-crop(100)", "random-resize-pad(99)", "despeckle(0,0)",
            // A kernel of one pixel, and one whose other weights round to 0.
            "gaussian(0.1)", "gaussian(0.1,opencv)",
            // The size it has, and a model that is no smaller.
            "translate(0,0)", "area-resize(33,17)", "resize(33,17)", "resize(33,17,lanczos,pillow)",
            "scaler-reconstruction(33,17)",
            // A scaler that reads every pixel leaves none to rebuild from.
            "scaler-reconstruction(5,4,bicubic,pillow)",
        ]

    /// Defenses of which no setting does nothing, whatever the image.
    private static let neverIdle = [
        "bit-depth", "median", "binarize", "otsu", "sauvola", "nl-means", "total-variation",
        "total-variation-minimization", "wavelet", "bilateral", "jpeg", "pixel-deflection", "stochastic-jpeg",
        "random-discretization", "barrage", "opening", "closing", "majority", "mirror", "reink", "occlude",
    ]

    @Test("the tables name every defense")
    func everyIdle() {
        let (some, none) = (Self.names(Self.idle), Set(Self.neverIdle))
        #expect(some.isDisjoint(with: none))
        #expect(some.union(none) == Self.deterministic.union(Self.randomized))
    }

    @Test("a setting that does nothing leaves every pixel alone", arguments: idle, [1, 3])
    func idles(shortForm: String, channels: Int) throws {
        let shape = try #require(PixelShape(width: 33, height: 17, channels: channels))
        let before = TestImage.samples(TestImage.random(shape, seed: 6))
        #expect(try Self.apply(shortForm, to: before, shape) == before)
    }

    // MARK: Randomized defenses

    /// What a randomized defense leaves alone, with or without a constant image.
    private static let constantUnderRandom = [
        "gaussian-noise(0)", "uniform-noise(0)", "random-resize-pad(50,90)", "random-crop(10)",
        "pixel-deflection(5000)",
        "random-discretization(16,0)", "total-variation-minimization(1)", "total-variation-minimization(0.05)",
        "stochastic-jpeg(100,100)",
    ]

    @Test("the list names every randomized defense but the barrage, which draws noise among others")
    func everyRandomized() {
        #expect(Self.names(Self.constantUnderRandom).union(["barrage"]) == Self.randomized)
    }

    @Test("without noise, what is drawn from a constant image is that image", arguments: constantUnderRandom)
    func constantRandomized(shortForm: String) throws {
        for (width, height) in [(1, 1), (33, 17)] {
            let shape = try #require(PixelShape(width: width, height: height, channels: 1))
            let before = [UInt8](repeating: 90, count: shape.sampleCount)
            for key in 1...3 as ClosedRange<UInt8> {
                #expect(try Self.apply(shortForm, to: before, shape, key: key) == before)
            }
        }
    }

    @Test("total-variation minimization that keeps every sample is total-variation denoising", arguments: [1, 3])
    func keepsAll(channels: Int) throws {
        let shape = try #require(PixelShape(width: 21, height: 17, channels: channels))
        let before = TestImage.samples(TestImage.random(shape, seed: 6))
        let first = try Self.apply("total-variation-minimization(1,0.1,1000)", to: before, shape, key: 1)
        #expect(try Self.apply("total-variation-minimization(1,0.1,1000)", to: before, shape, key: 2) == first)
        // Equal objectives, but the other solver stops once its energy changes by less than 0.0002: half a level on
        // average, beside the 38 by which either changes this noise.
        let other = try Self.apply("total-variation(0.1,1000)", to: before, shape)
        let sum = zip(first, other).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
        #expect(sum < first.count)
    }

    @Test("colours that fit into the codebook stay", arguments: [1, 3])
    func fewColours(channels: Int) throws {
        let shape = try #require(PixelShape(width: 33, height: 17, channels: channels))
        let before = TestImage.samples(TestImage.random(shape, seed: 6)).enumerated().map { index, sample in
            // Sixteen levels of grey; eight corners of the cube.
            channels == 1 ? sample & 0xf0 : sample < 128 ? 0 : UInt8(255)
        }
        #expect(try Self.apply("random-discretization(16,0)", to: before, shape) == before)
    }

    // MARK: Once is enough

    @Test(
        "a second time changes nothing",
        arguments: [
            "bit-depth(1)", "bit-depth(3)", "bit-depth(7)", "binarize", "binarize(0)", "binarize(254)", "otsu",
            "opening", "opening(3,light)", "closing", "closing(3,light)", "scaler-reconstruction(5,4)",
        ], [1, 3])
    func idempotent(shortForm: String, channels: Int) throws {
        let shape = try #require(PixelShape(width: 33, height: 17, channels: channels))
        let before = TestImage.samples(TestImage.random(shape, seed: 6))
        let once = try Self.apply(shortForm, to: before, shape)
        #expect(once != before)
        #expect(try Self.apply(shortForm, to: once, shape) == once)
    }
}
