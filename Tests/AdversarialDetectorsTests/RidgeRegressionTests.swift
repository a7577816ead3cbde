import Testing

@testable import AdversarialDetectors

@Suite("RidgeRegression")
struct RidgeRegressionTests {
    @Test("finds the line that the points lie on, for each target")
    func line() throws {
        let predictors = (0..<10).map { [1, Double($0), Double($0 * $0)] }
        let targets = predictors.map { [3 + 2 * $0[1], 1 - $0[2]] }
        let weights = try #require(
            RidgeRegression.weights(predictors: predictors, targets: targets, penalties: [0, 0, 0]))
        #expect(zip(weights[0], [3, 2, 0]).allSatisfy { abs($0 - $1) < 1e-9 })
        #expect(zip(weights[1], [1, 0, -1]).allSatisfy { abs($0 - $1) < 1e-9 })
    }

    @Test("gives what scikit-learn's Ridge gives")
    func penalty() throws {
        // sklearn.linear_model.Ridge(alpha=2).fit([[0], [1], [2], [3]], [1, 2, 2, 5]): coef 0.857142857, intercept
        // 1.214285714 (the intercept without penalty).
        let weights = try #require(
            RidgeRegression.weights(
                predictors: [[1, 0], [1, 1], [1, 2], [1, 3]], targets: [[1], [2], [2], [5]], penalties: [0, 2]))
        #expect(abs(weights[0][1] - 6.0 / 7) < 1e-12)
        #expect(abs(weights[0][0] - 8.5 / 7) < 1e-12)
    }

    @Test("refuses rows that do not agree, and a system without an answer")
    func refused() {
        #expect(RidgeRegression.weights(predictors: [[1]], targets: [], penalties: [0]) == nil)
        #expect(RidgeRegression.weights(predictors: [[1, 2]], targets: [[1]], penalties: [0]) == nil)
        #expect(
            RidgeRegression.weights(predictors: [[1, 1], [1, 1]], targets: [[1], [2]], penalties: [0, 0]) == nil)
    }
}
