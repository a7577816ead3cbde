import Foundation
import ImageDefenses
import PixelCore
import Testing

@Suite("ScalerReconstruction")
struct ScalerReconstructionTests {
    /// The picture of the published golden values: 256 by 256 of two waves, levels 18...238.
    private static let picture: [UInt8] = (0..<256 * 256).map { index in
        let (y, x) = (Double(index / 256), Double(index % 256))
        let level = 127.5 + 60 * sin(2 * Double.pi * x / 97) + 50 * cos(2 * Double.pi * y / 71)
        return UInt8(level.rounded(.toNearestOrEven))
    }
    /// What the attack wants a model of 32 by 32 to see: squares of 4 pixels, 40 and 215.
    private static let target: [UInt8] = (0..<32 * 32).map { ($0 / 32 + $0 % 32) / 4 % 2 == 0 ? 40 : 215 }
    /// The picture with every eighth pixel of every eighth row taken from the target.
    private static let attack: [UInt8] = picture.indices.map { index in
        let (y, x) = (index / 256, index % 256)
        return y % 8 == 0 && x % 8 == 0 ? target[y / 8 * 32 + x / 8] : picture[index]
    }

    private static func apply(_ shortForm: String, _ samples: [UInt8], width: Int = 256) throws -> [UInt8] {
        let shape = try #require(PixelShape(width: width, height: samples.count / width, channels: 1))
        var pixels = TestImage.make(shape, samples)
        var context = DefenseContext(generator: ChaChaGenerator(key: []))
        try DefenseCatalogue.parse(shortForm).apply(to: &pixels, context: &context)
        return TestImage.samples(pixels)
    }

    private static func meanSquare(_ a: [UInt8], _ b: [UInt8]) -> Double {
        let sum = zip(a, b).reduce(0) { $0 + (Int($1.0) - Int($1.1)) * (Int($1.0) - Int($1.1)) }
        return Double(sum) / Double(a.count)
    }

    @Test("without it OpenCV's nearest scaling of the attack is the target")
    func attackWorks() throws {
        #expect(try Self.apply("resize(32,32,nearest)", Self.attack) == Self.target)
    }

    @Test("the means of squares between scalings of the picture and of the attack are the published ones")
    func golden() throws {
        for (samples, expected) in [(Self.picture, 209.82), (Self.attack, 10245.28)] {
            let nearest = try Self.apply("resize(32,32,nearest)", samples)
            let area = try Self.apply("resize(32,32,area)", samples)
            // Published to two decimals.
            #expect(abs(Self.meanSquare(nearest, area) - expected) < 0.5)
        }
    }

    @Test("after it OpenCV's nearest scaling of the attack is close to that of the picture and far from the target")
    func attackFails() throws {
        let rebuilt = try Self.apply("scaler-reconstruction(32,32,nearest)", Self.attack)
        let seen = try Self.apply("resize(32,32,nearest)", rebuilt)
        let honest = try Self.apply("resize(32,32,nearest)", Self.picture)
        #expect(Self.meanSquare(seen, honest) < 60)
        #expect(Self.meanSquare(seen, Self.target) > 5000)
    }

    @Test("only pixels that the scaler reads change, and what it sees no longer depends on them")
    func readPixels() throws {
        let rebuilt = try Self.apply("scaler-reconstruction(32,32,nearest)", Self.attack)
        let changed = rebuilt.indices.filter { rebuilt[$0] != Self.attack[$0] }
        #expect(changed.allSatisfy { $0 / 256 % 8 == 0 && $0 % 8 == 0 })
        #expect(try rebuilt == Self.apply("scaler-reconstruction(32,32,nearest)", Self.picture))
    }

    @Test(
        "an attack on bilinear and bicubic scaling is undone too",
        arguments: [("bilinear", 3...4), ("bicubic", 2...5)])
    func wider(method: String, reads: ClosedRange<Int>) throws {
        let attack = Self.picture.indices.map { index in
            let (y, x) = (index / 256, index % 256)
            return reads.contains(y % 8) && reads.contains(x % 8)
                ? Self.target[y / 8 * 32 + x / 8] : Self.picture[index]
        }
        #expect(try Self.apply("resize(32,32,\(method))", attack) == Self.target)
        let rebuilt = try Self.apply("scaler-reconstruction(32,32,\(method))", attack)
        let seen = try Self.apply("resize(32,32,\(method))", rebuilt)
        let honest = try Self.apply("resize(32,32,\(method))", Self.picture)
        #expect(Self.meanSquare(seen, honest) < 60)
        #expect(Self.meanSquare(seen, Self.target) > 5000)
    }

    @Test("an image no larger than the model's is left alone")
    func small() throws {
        let samples = Array(Self.attack[0..<512])
        #expect(try Self.apply("scaler-reconstruction(256,2)", samples) == samples)
        #expect(try Self.apply("scaler-reconstruction(300,300,nearest)", samples) == samples)
    }

    @Test("one axis alone may be too large")
    func oneAxis() throws {
        let row: [UInt8] = [255, 10, 20, 30, 255, 50, 60, 70]
        // floor(8 / 2) = 4 columns each way, the row itself; lower middles of 10 20 30, and of all six.
        #expect(
            try Self.apply("scaler-reconstruction(2,9,nearest)", row, width: 8)
                == [20, 10, 20, 30, 30, 50, 60, 70])
    }
}
