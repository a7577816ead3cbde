/// Exponential and logarithm by their series: the same bits on every platform, which a platform's own do not promise.
package enum SeriesFunctions {
    /// e^-y for y of at least 0, to 1e-12 of itself; 0 above 700.
    static func decay(_ y: Double) -> Double {
        if y > 700 { return 0 }
        // The series at y/1024 (below 0.7, where sixteen terms do), and ten squarings.
        let reduced = y / 1024
        var term = 1.0
        var sum = 1.0
        for n in 1...16 {
            term = term * reduced / Double(n)
            sum += term
        }
        for _ in 0..<10 { sum *= sum }
        return 1 / sum
    }

    /// e^x, to 1e-12 of itself; 0 below -700, infinite above 700.
    package static func exponential(_ x: Double) -> Double { x <= 0 ? decay(-x) : 1 / decay(x) }

    /// The natural logarithm of a positive x, to 1e-14 of itself, near 1 to 1e-16; not a number for what is not positive or not
    /// finite.
    package static func logarithm(_ x: Double) -> Double {
        guard x > 0, x.isFinite else { return .nan }
        var (mantissa, halvings) = (x, 0.0)
        while mantissa > 1.5 {
            mantissa /= 2
            halvings += 1
        }
        while mantissa < 0.75 {
            mantissa *= 2
            halvings -= 1
        }
        // ln m = 2 artanh((m - 1)/(m + 1)), with |(m - 1)/(m + 1)| at most 1/5 for m in 0.75...1.5.
        return halvings * 0.693_147_180_559_945_3 + 2 * areaTangent((mantissa - 1) / (mantissa + 1))
    }

    private static func areaTangent(_ t: Double) -> Double {
        var power = t
        var sum = 0.0
        for n in 0..<16 {
            sum += power / Double(2 * n + 1)
            power *= t * t
        }
        return sum
    }
}
