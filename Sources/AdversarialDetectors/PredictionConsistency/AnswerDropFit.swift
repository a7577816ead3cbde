internal import PixelKernels

/// What clean images say of a copy's log-odds, given those of the image itself.
struct AnswerDropFit: Hashable, Sendable {
    /// For each copy: the weights of the mean, then of the logarithm of the scale.
    private let means: [[Double]]
    private let scales: [[Double]]

    /// Functions of the reference's log-odds l, clipped to -1...14: 1, l, l²/10, and the part above 2, 5 and 8.
    private static func basis(_ logOdds: Double) -> [Double] {
        let l = min(max(logOdds, -1), 14)
        return [1, l, l * l / 10, max(l - 2, 0), max(l - 5, 0), max(l - 8, 0)]
    }

    private static let width = 6
    /// Added to a residual before its logarithm, so that an exact prediction does not claim a scale of nothing.
    private static let floor = 0.1

    /// The fit of `rows`: the reference's log-odds, then one number a copy. Nil when it cannot be made.
    init?(_ rows: [[Double]]) {
        guard let count = rows.first?.count, count >= 2, rows.allSatisfy({ $0.count == count }) else { return nil }
        let predictors = rows.map { Self.basis($0[0]) }
        let targets = rows.map { Array($0.dropFirst()) }
        func penalties(_ size: Double) -> [Double] { [0] + [Double](repeating: size, count: Self.width - 1) }
        guard
            let means = RidgeRegression.weights(predictors: predictors, targets: targets, penalties: penalties(1))
        else { return nil }
        let spreads = zip(predictors, targets).map { predictor, target in
            zip(means, target).map { SeriesFunctions.logarithm(abs($1 - Self.dot($0, predictor)) + Self.floor) }
        }
        guard
            let scales = RidgeRegression.weights(predictors: predictors, targets: spreads, penalties: penalties(10))
        else { return nil }
        self.means = means
        self.scales = scales
    }

    /// A stored fit; nil when it is not one of `copies` copies.
    init?(_ fit: DetectorFit, copies: Int) {
        guard let means = fit.values["means"], let scales = fit.values["scales"], fit.values.count == 2,
            means.count == copies * Self.width, scales.count == copies * Self.width,
            (means + scales).allSatisfy(\.isFinite)
        else { return nil }
        func rows(_ numbers: [Double]) -> [[Double]] {
            stride(from: 0, to: numbers.count, by: Self.width).map { Array(numbers[$0..<$0 + Self.width]) }
        }
        self.means = rows(means)
        self.scales = rows(scales)
    }

    /// For the calibration file.
    var stored: DetectorFit {
        DetectorFit(values: ["means": means.flatMap { $0 }, "scales": scales.flatMap { $0 }])
    }

    /// How many scales each copy lies above the mean of clean images.
    func standardized(_ odds: AnswerLogOdds) -> [Double] {
        let predictor = Self.basis(odds.reference)
        return odds.copies.indices.map { index in
            let scale = min(max(Self.dot(scales[index], predictor), -3), 3)
            return (odds.copies[index] - Self.dot(means[index], predictor)) * SeriesFunctions.exponential(-scale)
        }
    }

    private static func dot(_ a: [Double], _ b: [Double]) -> Double {
        zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    }
}
