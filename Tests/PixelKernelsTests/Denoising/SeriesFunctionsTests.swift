import Foundation
import PixelKernels
import Testing

@Suite("SeriesFunctions")
struct SeriesFunctionsTests {
    @Test(
        "the logarithm is the platform's to 1e-14 of itself, and to 1e-16 near 1",
        arguments: [
            .leastNonzeroMagnitude, 1e-308, 1e-9, 0.1, 0.5, 0.74, 0.75, 1 - 1e-9, 1, 1 + 1e-9, 1.5, 2, 10, 1e9, 1.7e308,
        ] as [Double])
    func logarithm(x: Double) {
        let (ours, theirs) = (SeriesFunctions.logarithm(x), log(x))
        #expect(abs(ours - theirs) <= max(1e-14 * abs(theirs), 1.2e-16))
    }

    @Test("what has no logarithm has none here, at once", arguments: [0, -1, .infinity, -.infinity, .nan] as [Double])
    func none(x: Double) {
        #expect(SeriesFunctions.logarithm(x).isNaN)
    }

    @Test(
        "the exponential is the platform's to 1e-12 of itself",
        arguments: [-700, -1, -1e-9, 0, 1e-9, 1, 10, 700] as [Double])
    func exponential(x: Double) {
        #expect(abs(SeriesFunctions.exponential(x) / exp(x) - 1) <= 1e-12)
    }
}
