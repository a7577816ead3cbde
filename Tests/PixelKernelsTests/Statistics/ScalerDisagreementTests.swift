import PixelCore
import PixelKernels
import Testing

@Suite("ScalerDisagreement")
struct ScalerDisagreementTests {
    private static func measure(
        _ samples: [UInt8], _ shape: PixelShape, width: Int, height: Int
    ) throws -> [ScalerDisagreement.Reading] {
        try #require(ScalerDisagreement(of: shape, width: width, height: height)).measure(samples.span)
    }

    @Test("the golden attack is far from the area mean on the grid alone, and the clean image on both")
    func golden() throws {
        let shape = try #require(PixelShape(width: 256, height: 256, channels: 1))
        let clean = try Self.measure(ScalingAttackImage.clean, shape, width: 32, height: 32)
        let attacked = try Self.measure(ScalingAttackImage.attacked, shape, width: 32, height: 32)
        // By OpenCV 5: INTER_NEAREST against INTER_AREA.
        #expect(clean[0].aligned == 209.8212890625)
        #expect(attacked[0].aligned == 10245.283203125)
        #expect(clean[0].inner / clean[0].moved < 1.1)
        #expect(attacked[0].inner / attacked[0].moved > 30)
    }

    /// Sides that shrink by whole, broken and large ratios.
    static let cases: [[Int]] = [
        [40, 30, 10, 10], [37, 53, 11, 7], [41, 29, 31, 17], [64, 9, 3, 3], [33, 47, 15, 20], [130, 70, 9, 50],
    ]

    @Test("equals the reference", arguments: cases, [1, 3])
    func reference(sides: [Int], channels: Int) throws {
        let shape = try #require(PixelShape(width: sides[0], height: sides[1], channels: channels))
        let samples = TestImage.random(shape, seed: 5)
        let measured = try Self.measure(samples, shape, width: sides[2], height: sides[3])
        let expected = ScalerDisagreementReference.measure(
            samples.span, shape: shape, width: sides[2], height: sides[3])
        #expect(measured[0] == expected[0])
        #expect(measured[1] == expected[1])
        // The kernel's bilinear sample is rounded to a level after weights were, at most one level away from the
        // reference's; root mean squares then differ by at most as much.
        #expect(abs(measured[2].aligned.squareRoot() - expected[2].aligned.squareRoot()) < 1)
        #expect(abs(measured[2].inner.squareRoot() - expected[2].inner.squareRoot()) < 1)
        #expect(abs(measured[2].moved.squareRoot() - expected[2].moved.squareRoot()) < 1)
    }

    @Test("planting pixels for one scaler raises that one's ratio", arguments: [0, 1, 2])
    func planted(scaler: Int) throws {
        let shape = try #require(PixelShape(width: 90, height: 90, channels: 1))
        var samples = TestImage.random(shape, seed: 9).map { 100 + $0 / 8 }
        // At a ratio of 9: OpenCV's nearest reads 0, 9, …; Pillow's and the middle of bilinear 4, 13, ….
        let first = scaler == 0 ? 0 : 4
        for y in stride(from: first, to: 90, by: 9) {
            for x in stride(from: first, to: 90, by: 9) { samples[y * 90 + x] = 250 }
        }
        let readings = try Self.measure(samples, shape, width: 10, height: 10)
        #expect(readings[scaler].inner > 25 * readings[scaler].moved)
    }

    @Test("a side that does not shrink is left as it is")
    func oneAxis() throws {
        let shape = try #require(PixelShape(width: 60, height: 10, channels: 1))
        var samples = [UInt8](repeating: 100, count: 600)
        for y in 0..<10 { for x in stride(from: 0, to: 60, by: 6) { samples[y * 60 + x] = 200 } }
        let readings = try Self.measure(samples, shape, width: 10, height: 20)
        // The mean of a cell is 116.67, rounded to 117.
        #expect(readings[0] == ScalerDisagreement.Reading(aligned: 83 * 83, inner: 83 * 83, moved: 17 * 17))
    }

    @Test("a frame around the picture does not set the grid apart")
    func frame() throws {
        let shape = try #require(PixelShape(width: 120, height: 120, channels: 1))
        var samples = TestImage.random(shape, seed: 8).map { 120 + $0 / 16 }
        for i in 0..<120 { for at in [i, 119 * 120 + i, i * 120, i * 120 + 119] { samples[at] = 0 } }
        for reading in try Self.measure(samples, shape, width: 24, height: 24) {
            #expect(reading.inner < 1.2 * reading.moved)
        }
    }

    @Test("what is not made smaller has no comparison", arguments: [[12, 12, 10, 10], [1, 90, 1, 10], [9, 9, 2, 2]])
    func none(sides: [Int]) throws {
        let shape = try #require(PixelShape(width: sides[0], height: sides[1], channels: 3))
        #expect(ScalerDisagreement(of: shape, width: sides[2], height: sides[3]) == nil)
    }

    @Test("sums that need 64 bits are the same")
    func wide() throws {
        // 4001 and 3001 share no divisor with 24, so that the weights of a cell add up to 12 million times 255.
        let shape = try #require(PixelShape(width: 4001, height: 3001, channels: 1))
        let samples = [UInt8](repeating: 201, count: shape.sampleCount)
        let readings = try Self.measure(samples, shape, width: 24, height: 24)
        #expect(readings.allSatisfy { $0 == ScalerDisagreement.Reading(aligned: 0, inner: 0, moved: 0) })
    }
}
