/// Linear least squares with a penalty on the weights: what fitted detectors learn from clean images.
///
/// A. E. Hoerl, R. W. Kennard, "Ridge Regression: Biased Estimation for Nonorthogonal Problems", Technometrics 12, 1970:
/// W = (ΦᵀΦ + R)⁻¹ ΦᵀT, with R diagonal. Solved by a Cholesky factorization; sums are taken in the order of the rows, so
/// that equal input gives equal weights everywhere.
package enum RidgeRegression {
    /// The weights, one row of them for each target, each in the order of the predictors; nil when the rows do not agree
    /// in length, are none, or the penalized system is not positive definite.
    ///
    /// - Parameters:
    ///   - predictors: one row for each image, an intercept included where one is wanted.
    ///   - targets: one row for each image.
    ///   - penalties: one for each predictor, not negative; 0 for the intercept.
    package static func weights(
        predictors: [[Double]], targets: [[Double]], penalties: [Double]
    ) -> [[Double]]? {
        let width = penalties.count
        guard let outputs = targets.first?.count, width > 0, predictors.count == targets.count,
            predictors.allSatisfy({ $0.count == width }), targets.allSatisfy({ $0.count == outputs })
        else { return nil }
        var normal = [Double](repeating: 0, count: width * width)
        var right = [Double](repeating: 0, count: width * outputs)
        for (row, target) in zip(predictors, targets) {
            for i in 0..<width {
                for j in 0...i { normal[i * width + j] += row[i] * row[j] }
                for k in 0..<outputs { right[i * outputs + k] += row[i] * target[k] }
            }
        }
        for i in 0..<width { normal[i * width + i] += penalties[i] }
        guard factorize(&normal, width) else { return nil }
        return (0..<outputs).map { k in
            solve(normal, (0..<width).map { right[$0 * outputs + k] })
        }
    }

    /// The lower triangle L of a symmetric positive definite matrix, in place; false when it is not.
    private static func factorize(_ matrix: inout [Double], _ width: Int) -> Bool {
        for i in 0..<width {
            for j in 0...i {
                var sum = matrix[i * width + j]
                for k in 0..<j { sum -= matrix[i * width + k] * matrix[j * width + k] }
                if i == j {
                    // What is left of the diagonal is rounding alone where columns depend on each other.
                    guard sum > 1e-12 * matrix[i * width + i], sum.isFinite else { return false }
                    matrix[i * width + i] = sum.squareRoot()
                } else {
                    matrix[i * width + j] = sum / matrix[j * width + j]
                }
            }
        }
        return true
    }

    /// x with L Lᵀ x = b.
    private static func solve(_ lower: [Double], _ b: [Double]) -> [Double] {
        let width = b.count
        var x = b
        for i in 0..<width {
            for k in 0..<i { x[i] -= lower[i * width + k] * x[k] }
            x[i] /= lower[i * width + i]
        }
        for i in (0..<width).reversed() {
            for k in (i + 1)..<max(i + 1, width) { x[i] -= lower[k * width + i] * x[k] }
            x[i] /= lower[i * width + i]
        }
        return x
    }
}
