internal import PixelKernels

/// How likely a sample is ink, given its twelve neighbours, in clean images and all their rotations and reflections.
///
/// With n the mean count over the eight symmetries, P(ink | context) = (n₁ + 4 q) / (n₀ + n₁ + 4), where q is the same with
/// the eight nearest neighbours alone, (m₁ + 1/2) / (m₀ + m₁ + 1): a neighbourhood that was seldom seen is judged by its 3×3.
/// Symmetries make contexts of one class of `InkNeighbourhood` equally likely, so that 618 numbers say what 4,096 would.
struct InkRoughnessFit: Sendable {
    /// The probability of ink in each class.
    let ink: [Double]

    /// Samples of contour that a fit needs: beyond 50 digits' 10,000, more images change what is found by little (of scars
    /// that know of squeezing, 0.46 with 50 digits and 0.52 with 400).
    static let fewestContourSamples = 10_000
    /// Images that a fit needs, however large they are.
    static let fewestImages = 20
    /// Probabilities are at least this far from 0 and 1, so that one pixel never surprises by more than 27.6.
    private static let smallest = 1e-12
    /// Samples that q counts as.
    private static let pull = 4.0
    private static let name = "ink"

    /// Keys that occur, each followed by how often, as features.
    static func features(_ counts: [Int], stratum: String) -> DetectorFeatures {
        let values = counts.enumerated().filter { $0.element > 0 }.flatMap { [Double($0.offset), Double($0.element)] }
        return DetectorFeatures(stratum: stratum, values: values)
    }

    /// The fit to clean images.
    init(_ sample: [DetectorFeatures]) throws(DetectorError) {
        let counts = try Self.sum(sample)
        let contour = counts.indices.reduce(0) { InkNeighbourhood.isContour(key: $1) ? $0 + counts[$1] : $0 }
        guard sample.count >= Self.fewestImages, contour >= Double(Self.fewestContourSamples) else {
            throw Self.error(
                "needs \(Self.fewestImages) clean images of ink with \(Self.fewestContourSamples) pixels along the contour in "
                    + "all, such as 60 digits; there are \(sample.count) with \(Int(contour))")
        }
        self.init(counts: counts)
    }

    /// The fit to these counts of each key.
    init(counts: [Double]) {
        var near = [Double](repeating: 0, count: 512)
        let perContext = counts.indices.map { counts[$0] / Double(InkNeighbourhood.size(ofClass: $0 / 2)) }
        let classes = (0..<InkNeighbourhood.contextCount).map { InkNeighbourhood.classOf(context: $0) }
        for (context, number) in classes.enumerated() {
            near[2 * (context & 0xFF)] += perContext[2 * number]
            near[2 * (context & 0xFF) + 1] += perContext[2 * number + 1]
        }
        var ink = [Double](repeating: 0, count: InkNeighbourhood.classCount)
        for (context, number) in classes.enumerated() {
            let (ground8, ink8) = (near[2 * (context & 0xFF)], near[2 * (context & 0xFF) + 1])
            let (ground12, ink12) = (perContext[2 * number], perContext[2 * number + 1])
            let q = (ink8 + 0.5) / (ground8 + ink8 + 1)
            let p = (ink12 + Self.pull * q) / (ground12 + ink12 + Self.pull)
            ink[number] = min(max(p, Self.smallest), 1 - Self.smallest)
        }
        self.ink = ink
    }

    /// The fit as a calibration keeps it.
    var stored: DetectorFit { DetectorFit(values: [Self.name: ink]) }

    /// A fit from a calibration.
    init(stored fit: DetectorFit) throws(DetectorError) {
        guard let ink = fit.values[Self.name], fit.values.count == 1, ink.count == InkNeighbourhood.classCount,
            ink.allSatisfy({ $0 >= Self.smallest && $0 <= 1 - Self.smallest })
        else {
            throw Self.error("needs \(InkNeighbourhood.classCount) probabilities named `\(Self.name)`")
        }
        self.ink = ink
    }

    /// The counts of each key over all images. Throws when they are none of this version's features.
    static func sum(_ sample: [DetectorFeatures]) throws(DetectorError) -> [Double] {
        var counts = [Double](repeating: 0, count: InkNeighbourhood.keyCount)
        for features in sample {
            guard features.values.count.isMultiple(of: 2) else { throw error("needs pairs of key and count") }
            for place in stride(from: 0, to: features.values.count, by: 2) {
                let (key, count) = (Int(exactly: features.values[place]), features.values[place + 1])
                guard let key, counts.indices.contains(key), count >= 0, count <= 0x1p40 else {
                    throw error("needs keys below \(InkNeighbourhood.keyCount) with how often each occurs")
                }
                counts[key] += count
            }
        }
        return counts
    }

    private static func error(_ detail: String) -> DetectorError {
        .cannotFit(detector: InkRoughness.descriptor.name, detail: detail)
    }
}
