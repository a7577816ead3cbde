/// Divides whole numbers by one divisor, rounding half to even, by multiplication with its reciprocal.
package struct RoundingDivider: Sendable {
    private let divisor: UInt64
    private let reciprocal: UInt64

    /// A divider by `divisor`, in 1..<2^63.
    package init(divisor: UInt64) {
        precondition(divisor > 0 && divisor < 1 << 63)
        self.divisor = divisor
        reciprocal = UInt64.max / divisor
    }

    /// `value / divisor` to the nearest whole number, an exact half to the even one. `value` must be below 2^63.
    @inline(__always)
    package func divide(_ value: UInt64) -> UInt64 {
        // The estimate is at most one too small for value < 2^63, so one correction gives quotient and remainder.
        var quotient = value.multipliedFullWidth(by: reciprocal).high
        var remainder = value &- quotient &* divisor
        if remainder >= divisor {
            quotient &+= 1
            remainder &-= divisor
        }
        let twice = remainder &* 2
        let isUp = twice > divisor || (twice == divisor && quotient & 1 == 1)
        return isUp ? quotient &+ 1 : quotient
    }
}
