internal import PixelCore

/// Defenses of one kind, of which a barrage takes at most one.
struct BarrageGroup: Sendable {
    /// A defense and the parameters that it may get.
    struct Transform: Sendable {
        /// The defense; it keeps the shape.
        let type: any Defense.Type
        /// The most pixels of an image on which it is cheap enough.
        var largestPixels = Int.max
        /// Draws its parameters.
        let parameters: @Sendable (inout ChaChaGenerator) -> [String: ParameterValue]

        /// True when it may be used on an image of `shape`.
        func fits(_ shape: PixelShape) -> Bool {
            shape.pixelCount <= largestPixels && max(shape.width, shape.height) <= BarrageGroup.largestSide
        }
    }

    /// The largest side that every transform takes: libjpeg's.
    private static let largestSide = 65_500

    /// The members, of which one is drawn.
    let transforms: [Transform]

    /// Every group, in the order in which they are numbered for the draw.
    ///
    /// Ranges are narrow beside those of Raff et al., who retrain the model on the barrage. What costs about 100 ns a pixel
    /// or more (non-local means, long total variation) is left out, and what costs tens is limited to a few megapixels, so
    /// that all groups together take at most about a second and a half on 50 megapixels.
    static let all: [BarrageGroup] = [
        // Fewer colours.
        BarrageGroup(transforms: [
            Transform(type: BitDepthReduction.self) { ["bits": .integer(whole(3...6, &$0))] },
            Transform(type: RandomDiscretization.self, largestPixels: 16_000_000) {
                ["codewords": .integer(whole(12...16, &$0)), "sigma": .real(thousandths(5...30, &$0))]
            },
        ]),
        // Recompression.
        BarrageGroup(transforms: [
            Transform(type: JPEGRecompression.self) { ["quality": .integer(whole(55...95, &$0))] },
            Transform(type: StochasticJPEG.self, largestPixels: 8_000_000) {
                ["lowest_quality": .integer(whole(40...60, &$0)), "highest_quality": .integer(whole(80...95, &$0))]
            },
        ]),
        // Noise.
        BarrageGroup(transforms: [
            Transform(type: GaussianNoise.self) { ["sigma": .real(thousandths(5...30, &$0))] },
            Transform(type: UniformNoise.self) { ["amplitude": .real(thousandths(10...50, &$0))] },
        ]),
        // Zoom.
        BarrageGroup(transforms: [
            Transform(type: RandomResizePad.self) { ["smallest_percent": .integer(whole(85...97, &$0))] },
            Transform(type: RandomCrop.self) { ["percent": .integer(whole(80...95, &$0))] },
        ]),
        // Smoothing.
        BarrageGroup(transforms: [
            Transform(type: MedianSmoothing.self) { ["window": .integer(whole(2...3, &$0))] },
            Transform(type: GaussianBlur.self) { ["sigma": .real(thousandths(400...1200, &$0))] },
            Transform(type: TotalVariationDenoising.self, largestPixels: 4_000_000) {
                ["weight": .real(thousandths(20...100, &$0)), "iterations": .integer(20)]
            },
        ]),
        // Deflection.
        BarrageGroup(transforms: [
            Transform(type: PixelDeflection.self) {
                ["deflections": .integer(whole(100...1000, &$0)), "window": .integer(whole(5...20, &$0))]
            }
        ]),
    ]

    /// A whole number of `range`, uniform, from one draw.
    private static func whole(_ range: ClosedRange<Int>, _ generator: inout ChaChaGenerator) -> Int {
        range.lowerBound + Int(generator.below(UInt32(range.count)))
    }

    /// A whole number of thousandths of `range`, uniform, from one draw.
    private static func thousandths(_ range: ClosedRange<Int>, _ generator: inout ChaChaGenerator) -> Double {
        Double(whole(range, &generator)) / 1000
    }
}
