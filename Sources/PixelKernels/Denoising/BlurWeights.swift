internal import CPixelKernels

/// The weights of a symmetric blur along one axis, as whole numbers of 1/65536.
package struct BlurWeights: Hashable, Sendable {
    /// The largest radius: rounding errors stay below half a level up to it.
    package static let largestRadius = 64

    /// Taps on either side of the centre.
    package let radius: Int
    /// `weights[k]` is the weight at distance k; the centre and twice the others add up to 65536, or 65535 where the
    /// centre alone would.
    package let weights: [UInt16]
    /// Three weights, then pairs, each `PK_BLUR_BLOCK` times; those beyond the radius are 0.
    let table: [UInt16]

    /// The Gaussian exp(-k²/2σ²) at distances up to `radius`, normalized; nil unless `sigma` is above 0 and `radius` in
    /// `0...largestRadius`.
    package init?(sigma: Double, radius: Int) {
        guard sigma > 0, sigma.isFinite, (0...Self.largestRadius).contains(radius) else { return nil }
        self.init((0...radius).map { SeriesFunctions.decay(Double($0 * $0) / (2 * sigma * sigma)) })
    }

    /// The kernel of `scipy.ndimage.gaussian_filter` with its default truncation: σ rounded to a radius of 4σ.
    package init?(scipySigma sigma: Double) {
        guard sigma > 0, sigma < 1000 else { return nil }
        self.init(sigma: sigma, radius: Int(4 * sigma + 0.5))
    }

    /// The kernel that `cv2.GaussianBlur` takes for u8 images when told the σ alone: about 3σ on either side.
    package init?(openCVSigma sigma: Double) {
        guard sigma > 0, sigma < 1000 else { return nil }
        self.init(sigma: sigma, radius: Int((6 * sigma + 1).rounded(.toNearestOrEven)) / 2)
    }

    /// These relative weights at distances 0, 1, …, none negative; nil when there are none or too many or all are 0.
    package init?(_ relative: [Double]) {
        guard (1...Self.largestRadius + 1).contains(relative.count), relative.allSatisfy({ $0 >= 0 && $0.isFinite })
        else { return nil }
        let sum = 2 * relative.reduce(0, +) - relative[0]
        guard sum > 0 else { return nil }
        var weights = relative.map { Int(($0 / sum * 65536).rounded(.toNearestOrEven)) }
        // The centre takes up what rounding the others leaves.
        weights[0] = max(0, min(65535, 65536 - 2 * weights.dropFirst().reduce(0, +)))
        self.weights = weights.map { UInt16($0) }
        let radius = weights.count - 1
        self.radius = radius
        // Weights come as three, then two at a time.
        let count = max(3, radius % 2 == 0 ? radius + 1 : radius + 2)
        table = (0..<count).flatMap { k in
            [UInt16](repeating: k <= radius ? UInt16(weights[k]) : 0, count: PK_BLUR_BLOCK)
        }
    }
}
