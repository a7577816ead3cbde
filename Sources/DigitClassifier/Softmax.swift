/// Turns a network's last sums into probabilities.
enum Softmax {
    /// `exp(sum) / Σ exp(sums)`, summing to 1 up to rounding. Empty in, empty out.
    static func probabilities(of sums: [Float]) -> [Float] {
        guard let largest = sums.max() else { return [] }
        let powers = sums.map { exponential(Double($0 - largest)) }
        let total = powers.reduce(0, +)
        return powers.map { Float($0 / total) }
    }

    /// `e` to the power of `exponent`, at most 0, within 2e-15 of the true value relative to it; 0 below -700.
    ///
    /// Written out because the C library's differs from platform to platform, and the same pixels are to have the same
    /// answer everywhere.
    static func exponential(_ exponent: Double) -> Double {
        guard exponent > -700 else { return 0 }
        let logarithmOfTwo = 0.693_147_180_559_945_3
        let halvings = Int(-exponent / logarithmOfTwo + 0.5)
        let rest = exponent + Double(halvings) * logarithmOfTwo
        var term = 1.0
        var sum = 1.0
        for index in 1...14 {
            term *= rest / Double(index)
            sum += term
        }
        return sum * Double(sign: .plus, exponent: -halvings, significand: 1)
    }
}
