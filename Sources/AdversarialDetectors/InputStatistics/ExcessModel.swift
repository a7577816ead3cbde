/// By how much some features of an image exceed what others let expect of a clean image.
///
/// Targets are predicted from covariates and their squares, both in clean deviations and held to three of them, by ridge
/// regression; the excess of a target is what is left over, in clean deviations of that. One-sided: an image smoother than
/// expected makes up for nothing that is odd in another feature, but it is never odd itself.
struct ExcessModel: Hashable, Sendable {
    /// Images from which on squares are learned too; with fewer, 2 · 18 weights fit the noise (measured on 123 photographs:
    /// at 20 to 40 of them, squares found less of what was added).
    static let fewestForSquares = 300
    /// The penalty on a weight; on top of it each image adds about 1.
    static let penalty = 30.0
    /// Residual deviations are at least this, so that a feature that is constant in clean images cannot outweigh all others.
    static let leastScale = 0.01

    /// Clean mean of each covariate.
    let means: [Double]
    /// Clean deviation of each covariate, above 0.
    let deviations: [Double]
    /// For each target, the weights of 1, each covariate and, where they were learned, each square less 1.
    let weights: [[Double]]
    /// Clean deviation of what is left over of each target, above 0.
    let scales: [Double]

    /// The model of clean images, one row of covariates and one of targets each; nil when they cannot be solved for.
    init?(covariates: [[Double]], targets: [[Double]]) {
        guard let width = covariates.first?.count, let outputs = targets.first?.count else { return nil }
        let count = Double(covariates.count)
        let means = (0..<width).map { i in covariates.reduce(0) { $0 + $1[i] } / count }
        let deviations = (0..<width).map { i in
            (covariates.reduce(0) { $0 + ($1[i] - means[i]) * ($1[i] - means[i]) } / count).squareRoot() + 1e-6
        }
        let hasSquares = covariates.count >= Self.fewestForSquares
        let rows = covariates.map {
            Self.predictors($0, means: means, deviations: deviations, hasSquares: hasSquares)
        }
        let penalties = [0] + [Double](repeating: Self.penalty, count: hasSquares ? 2 * width : width)
        guard let weights = RidgeRegression.weights(predictors: rows, targets: targets, penalties: penalties) else {
            return nil
        }
        var scales: [Double] = []
        for k in 0..<outputs {
            let left = zip(rows, targets).map { $1[k] - Self.product($0, weights[k]) }
            let mean = left.reduce(0, +) / count
            let variance = left.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
            scales.append(max(Self.leastScale, variance.squareRoot()))
        }
        self.means = means
        self.deviations = deviations
        self.weights = weights
        self.scales = scales
    }

    /// A model of these numbers; nil when their counts do not belong together or one is out of range.
    init?(means: [Double], deviations: [Double], weights: [Double], scales: [Double]) {
        let (width, outputs) = (means.count, scales.count)
        guard width > 0, outputs > 0, deviations.count == width,
            weights.count == outputs * (1 + width) || weights.count == outputs * (1 + 2 * width),
            (means + weights).allSatisfy(\.isFinite),
            (deviations + scales).allSatisfy({ $0.isFinite && $0 > 0 })
        else { return nil }
        let row = weights.count / outputs
        self.means = means
        self.deviations = deviations
        self.weights = (0..<outputs).map { Array(weights[$0 * row..<($0 + 1) * row]) }
        self.scales = scales
    }

    /// The excess of each target, in clean deviations.
    func excess(covariates: [Double], targets: [Double]) -> [Double] {
        let row = Self.predictors(
            covariates, means: means, deviations: deviations, hasSquares: weights[0].count > means.count + 1)
        return targets.indices.map { (targets[$0] - Self.product(row, weights[$0])) / scales[$0] }
    }

    private static func predictors(
        _ covariates: [Double], means: [Double], deviations: [Double], hasSquares: Bool
    ) -> [Double] {
        let scaled = covariates.indices.map { max(-3, min(3, (covariates[$0] - means[$0]) / deviations[$0])) }
        return [1] + scaled + (hasSquares ? scaled.map { $0 * $0 - 1 } : [])
    }

    private static func product(_ row: [Double], _ weights: [Double]) -> Double {
        zip(row, weights).reduce(0) { $0 + $1.0 * $1.1 }
    }
}
