/// Draws normally distributed whole numbers: `rint(sigma * z)` with z standard normal, one 32-bit word a draw.
///
/// A table holds the distribution function at the half-way points in units of 2^-32, so a draw is a comparison of
/// integers and equal seeds give equal numbers on every platform. The table itself comes from IEEE additions,
/// multiplications, divisions alone, none of which the compiler contracts, and never from a platform's `exp` or `erf`.
/// Values rarer than 2^-33 (beyond about 6.2 sigma) are never drawn.
package struct GaussianSampler: Sendable {
    /// The largest absolute value that can be drawn.
    package let reach: Int
    /// `lastWords[i]` is the largest word that gives a value of at most `i - reach`; the last is the largest word.
    package var lastWords: [UInt32] { cumulative.map { UInt32($0 - 1) } }
    /// `cumulative[i]` is 2^32 times the probability of a value of at most `i - reach`; the last is 2^32.
    private let cumulative: [UInt64]
    /// For each value of a word's top 12 bits, the first index whose cumulative exceeds the smallest such word.
    private let guide: [UInt16]

    /// A sampler of this standard deviation in levels; nil unless it is in 0...1000.
    package init?(standardDeviation: Double) {
        guard (0...1000).contains(standardDeviation) else { return nil }
        let upper = Self.upperHalf(standardDeviation)
        reach = upper.count - 1
        var cumulative: [UInt64] = []
        cumulative.reserveCapacity(2 * upper.count - 1)
        // Below zero by symmetry: P(value <= -k - 1) = 1 - P(value <= k).
        for k in stride(from: upper.count - 2, through: 0, by: -1) { cumulative.append(Self.one - upper[k]) }
        cumulative.append(contentsOf: upper)
        self.cumulative = cumulative
        var guide = [UInt16](repeating: 0, count: 1 << 12)
        var index = 0
        for top in guide.indices {
            while cumulative[index] <= UInt64(top) << 20 { index += 1 }
            guide[top] = UInt16(index)
        }
        self.guide = guide
    }

    /// The next value, in `-reach...reach`.
    package func sample(_ generator: inout ChaChaGenerator) -> Int {
        let word = generator.nextWord()
        var index = Int(guide[Int(word >> 20)])
        // Ends at the latest at the last entry, 2^32, which every word is below.
        while cumulative[index] <= UInt64(word) { index += 1 }
        return index - reach
    }

    private static let one: UInt64 = 1 << 32

    /// 2^32 times the probability of a value of at most k, for k = 0, 1, …, up to the first that rounds to 1.
    private static func upperHalf(_ standardDeviation: Double) -> [UInt64] {
        if standardDeviation == 0 { return [one] }
        var result: [UInt64] = []
        while result.last != one {
            let x = (Double(result.count) + 0.5) / standardDeviation
            let scaled = x < 7 ? normalDistribution(x) * 4_294_967_296 : 4_294_967_296
            result.append(min(one, UInt64(scaled + 0.5)))
        }
        return result
    }

    /// The standard normal distribution function for x in 0..<7: 1/2 + φ(x)·(x + x³/3 + x⁵/(3·5) + …).
    static func normalDistribution(_ x: Double) -> Double {
        var term = x
        var sum = x
        var odd = 1.0
        while term > sum * 1e-18 {
            odd += 2
            term = term * x * x / odd
            sum += term
        }
        return 0.5 + sum / (exponential(x * x / 2) * 2.506_628_274_631_000_5)
    }

    /// e^y for y in 0...25, by its series at y/1024 and ten squarings.
    private static func exponential(_ y: Double) -> Double {
        let reduced = y / 1024
        var term = 1.0
        var sum = 1.0
        for n in 1...16 {
            term = term * reduced / Double(n)
            sum += term
        }
        for _ in 0..<10 { sum *= sum }
        return sum
    }
}
