import Testing

@testable import RobustnessEvaluation

@Suite("RateSupport")
struct RateSupportTests {
    @Test("so few images promise nothing", arguments: [(0.05, 59), (0.01, 299), (0.001, 2995)])
    func needsImages(rate: Double, fewest: Int) {
        #expect(RateSupport.isSupported(rate, by: fewest))
        #expect(!RateSupport.isSupported(rate, by: fewest - 1))
    }

    // scipy.stats.beta.ppf(0.975, r·n + 1, n - r·n) = 1.5·r at n = 431.9, 2274.9 and 23008.9.
    @Test(
        "says how many come within 1.5 times of the rate",
        arguments: [(0.05, 440), (0.01, 2300), (0.001, 23_100)])
    func within(rate: Double, images: Int) {
        #expect(RateSupport.imagesWithin(factor: 1.5, of: rate) == images)
    }

    @Test("reads shares with and without a per cent sign", arguments: [("5%", 0.05), ("0.1 %", 0.001), ("0.01", 0.01)])
    func parses(text: String, rate: Double) {
        #expect(RateText.parse(text) == rate)
    }

    @Test("refuses what is no share", arguments: ["", "%", "0", "0%", "51%", "1", "-1%", "1e-2", "5%%", "nan", "５%"])
    func refuses(text: String) {
        #expect(RateText.parse(text) == nil)
    }

    @Test("writes rates and counts as people do")
    func writes() {
        #expect(RateText.text(0.05) == "5 %")
        #expect(RateText.text(0.001) == "0.1 %")
        #expect(RateText.grouped(21_400) == "21,400")
        #expect(RateText.grouped(999) == "999")
        #expect(RateText.grouped(1_234_567) == "1,234,567")
    }
}
