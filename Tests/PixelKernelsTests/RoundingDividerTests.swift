import PixelKernels
import Testing

@Suite("RoundingDivider")
struct RoundingDividerTests {
    @Test(
        "divides to the nearest, halves to the even quotient",
        arguments: [
            (0, 3, 0), (1, 2, 0), (3, 2, 2), (5, 2, 2), (7, 2, 4), (5, 3, 2), (4, 3, 1), (255, 1, 255), (10, 4, 2),
            (1 << 43, 1 << 34, 512), ((1 << 62) - 1, 1 << 61, 2), (1 << 62, (1 << 62) - 1, 1),
        ] as [(UInt64, UInt64, UInt64)])
    func divides(value: UInt64, divisor: UInt64, expected: UInt64) {
        #expect(RoundingDivider(divisor: divisor).divide(value) == expected)
    }

    @Test(
        "agrees with division on multiples and their neighbours",
        arguments: [1, 2, 3, 7, 255, 65_521, 1 << 31] as [UInt64])
    func neighbours(divisor: UInt64) {
        let divider = RoundingDivider(divisor: divisor)
        for quotient in [1, 2, 254, 255, 256] as [UInt64] {
            for value in [quotient * divisor - 1, quotient * divisor, quotient * divisor + 1] {
                let twice = 2 * (value % divisor)
                let isUp = twice > divisor || (twice == divisor && value / divisor % 2 == 1)
                #expect(divider.divide(value) == value / divisor + (isUp ? 1 : 0))
            }
        }
    }
}
