import ImageDefenses
import PixelCore
import Testing

/// What every randomized defense promises besides the contract of all.
@Suite("Randomized defenses")
struct RandomizedDefenseTests {
    static let names = DefenseCatalogue.descriptors.filter(\.isRandomized).map(\.name)

    /// FNV-1a over 64 bits.
    private static func checksum(_ samples: [UInt8]) -> UInt64 {
        samples.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }

    // Made by the first build of each defense, on x86-64. A platform that draws, rounds or compresses otherwise differs.
    private static let checksums: [(String, UInt64)] = [
        ("gaussian-noise", 0x3910_b50a_c455_b316), ("uniform-noise", 0x29e7_534e_f017_5d14),
        ("random-resize-pad", 0xc36a_635a_395c_e8ab), ("random-crop", 0x6638_fc62_df30_f081),
        ("pixel-deflection", 0xe00d_3f62_3e4a_0166), ("stochastic-jpeg", 0x196b_468d_ad35_e08b),
        ("random-discretization", 0x35e6_759e_0014_da9b), ("barrage(6)", 0x8818_1e5c_ea01_347c),
        ("total-variation-minimization", 0xdbff_a0a9_330e_880a),
    ]

    @Test("the checksums are of every randomized defense")
    func complete() {
        let found = Self.checksums.map { String($0.0.prefix { $0 != "(" }) }
        #expect(Set(found) == Set(Self.names))
    }

    @Test("a fixed key gives these pixels on every platform", arguments: checksums)
    func golden(shortForm: String, expected: UInt64) throws {
        let shape = try #require(PixelShape(width: 67, height: 45, channels: 3))
        var pixels = TestImage.gradient(shape)
        var context = DefenseContext(generator: ChaChaGenerator(key: (0..<32).map { UInt8($0) }, stream: 5))
        try DefenseCatalogue.parse(shortForm).apply(to: &pixels, context: &context)
        let found = Self.checksum(TestImage.samples(pixels))
        #expect(found == expected, "0x\(String(found, radix: 16))")
    }

    @Test("a second call goes on in the stream", arguments: names)
    func advances(name: String) throws {
        let shape = try #require(PixelShape(width: 48, height: 40, channels: 1))
        var context = DefenseContext(generator: ChaChaGenerator(key: [1]))
        let defense = try DefenseCatalogue.make(name: name, parameters: [:])
        var results: Set<[UInt8]> = []
        for _ in 0..<4 {
            var pixels = TestImage.random(shape, seed: 4)
            try defense.apply(to: &pixels, context: &context)
            results.insert(TestImage.samples(pixels))
        }
        #expect(results.count > 1)
    }

    @Test("a raised flag leaves the generator where it was", arguments: names)
    func cancelled(name: String) throws {
        let shape = try #require(PixelShape(width: 48, height: 40, channels: 3))
        let flag = CancellationFlag()
        flag.raise()
        var context = DefenseContext(generator: ChaChaGenerator(key: [1]), cancellation: flag)
        var untouched = context.generator
        var pixels = TestImage.random(shape, seed: 4)
        #expect(throws: DefenseError.cancelled) {
            try DefenseCatalogue.make(name: name, parameters: [:]).apply(to: &pixels, context: &context)
        }
        #expect(context.generator.next() == untouched.next())
    }
}
