internal import Foundation

/// The exact interval for a proportion (C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial limits
/// illustrated in the case of the binomial", Biometrika 26, 1934).
package enum ClopperPearson {
    /// The two-sided interval for `successes` of `trials`: each side is missed with half of `1 - confidence` at most.
    ///
    /// 0...1 when there are no trials. `confidence` lies inside 0...1, `successes` inside `0...trials`.
    package static func interval(
        successes: Int, of trials: Int, confidence: Double = 0.95
    ) -> (low: Double, high: Double) {
        let tail = (1 - confidence) / 2
        return (
            lowerBound(successes: successes, of: trials, confidence: 1 - tail),
            upperBound(successes: successes, of: trials, confidence: 1 - tail)
        )
    }

    /// The two-sided 95 % interval for a share of so many trials, which need be no whole numbers.
    static func interval(share: Double, of trials: Double) -> (low: Double, high: Double) {
        let (hits, misses) = (share * trials, (1 - share) * trials)
        return (
            hits > 0 ? BetaDistribution(a: hits, b: misses + 1).quantile(0.025) : 0,
            misses > 0 ? BetaDistribution(a: hits + 1, b: misses).quantile(0.975) : 1
        )
    }

    /// The one-sided upper bound: what can be promised of a rate. With no success in n trials it is 1 − (1 − c)^(1/n).
    package static func upperBound(successes: Int, of trials: Int, confidence: Double) -> Double {
        check(successes, trials, confidence)
        guard successes < trials else { return 1 }
        return BetaDistribution(a: Double(successes) + 1, b: Double(trials - successes)).quantile(confidence)
    }

    /// The one-sided lower bound.
    package static func lowerBound(successes: Int, of trials: Int, confidence: Double) -> Double {
        check(successes, trials, confidence)
        guard successes > 0 else { return 0 }
        // The complement keeps its precision where the bound is near 1.
        return BetaDistribution(a: Double(successes), b: Double(trials - successes) + 1).quantile(1 - confidence)
    }

    private static func check(_ successes: Int, _ trials: Int, _ confidence: Double) {
        precondition(trials >= 0 && (0...trials).contains(successes), "successes lie inside 0...trials")
        precondition(confidence > 0 && confidence < 1, "confidence lies inside 0...1")
    }
}

/// The beta distribution.
struct BetaDistribution {
    let a: Double
    let b: Double

    /// The share of the distribution below `x`: the regularized incomplete beta function.
    ///
    /// Continued fraction by Lentz's method (W. H. Press et al., "Numerical Recipes", section 6.4), relative error near
    /// 1e-13 for parameters up to a million.
    func cumulative(_ x: Double) -> Double {
        guard x > 0 else { return 0 }
        guard x < 1 else { return 1 }
        let front = exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log1p(-x))
        return x < (a + 1) / (a + b + 2)
            ? front * Self.fraction(a, b, x) / a
            : 1 - front * Self.fraction(b, a, 1 - x) / b
    }

    /// The point below which the share `p` of the distribution lies, to the last bit that the cumulative resolves.
    func quantile(_ p: Double) -> Double {
        var low = 0.0
        var high = 1.0
        // Halving ends when no double lies between; near zero that takes one step per binary order of magnitude.
        while true {
            let middle = low + (high - low) / 2
            guard middle > low, middle < high else { return middle }
            if cumulative(middle) < p { low = middle } else { high = middle }
        }
    }

    private static func fraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
        let tiny = 1e-300
        func guarded(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
        var c = 1.0
        var d = 1 / guarded(1 - (a + b) * x / (a + 1))
        var result = d
        for step in 1...100_000 {
            let m = Double(step)
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            d = 1 / guarded(1 + even * d)
            c = guarded(1 + even / c)
            result *= d * c
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            d = 1 / guarded(1 + odd * d)
            c = guarded(1 + odd / c)
            let change = d * c
            result *= change
            if abs(change - 1) < 1e-16 { break }
        }
        return result
    }

    /// lgamma(3) without its global sign.
    private func logGamma(_ x: Double) -> Double {
        var sign: Int32 = 0
        return lgamma_r(x, &sign)
    }
}
