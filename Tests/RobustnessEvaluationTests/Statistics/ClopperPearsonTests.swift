import Testing

@testable import RobustnessEvaluation

@Suite("ClopperPearson")
struct ClopperPearsonTests {
    // scipy 1.x, scipy.stats.beta.ppf; the relative tolerance is that of both continued fractions together.
    @Test(
        "is the exact interval",
        arguments: [
            (50, 5000, 0.95, 0.007431046999410098, 0.01316273826020126),
            (0, 2500, 0.95, 0.0, 0.001474463690359561), (0, 10, 0.95, 0.0, 0.3084971078187607),
            (10, 10, 0.95, 0.6915028921812392, 1.0), (1, 1, 0.95, 0.025000000000000022, 1.0),
            (0, 1, 0.95, 0.0, 0.975), (467, 474, 0.95, 0.9698102173918497, 0.9940424510675809),
            (5, 10, 0.95, 0.18708602844739855, 0.8129139715526015),
            (38, 40, 0.9, 0.8508480387267869, 0.9910430544070244),
            (3, 100, 0.99, 0.003407070103179758, 0.10548125372507824),
            (999, 1000, 0.999, 0.9900461856590492, 0.9999994998750834),
            (1, 1_000_000, 0.95, 2.53178076637942e-08, 5.571630655166939e-06),
            (500_000, 1_000_000, 0.95, 0.49901951919531184, 0.5009804808046882),
        ])
    func interval(successes: Int, trials: Int, confidence: Double, low: Double, high: Double) {
        let result = ClopperPearson.interval(successes: successes, of: trials, confidence: confidence)
        #expect(abs(result.low - low) <= 1e-9 * low)
        #expect(abs(result.high - high) <= 1e-9 * high)
    }

    @Test("50 of 5,000 give 0.743 % to 1.316 %")
    func referenceFigures() {
        let result = ClopperPearson.interval(successes: 50, of: 5000)
        #expect(abs(result.low * 100 - 0.743) < 0.0005)
        #expect(abs(result.high * 100 - 1.316) < 0.0005)
    }

    @Test("no flag in 2,500 bounds the rate at 0.120 %, and 2,995 are the first to bound it at 0.1 %")
    func ruleOfThree() {
        #expect(abs(ClopperPearson.upperBound(successes: 0, of: 2500, confidence: 0.95) * 100 - 0.120) < 0.0005)
        #expect(ClopperPearson.upperBound(successes: 0, of: 2995, confidence: 0.95) <= 0.001)
        #expect(ClopperPearson.upperBound(successes: 0, of: 2994, confidence: 0.95) > 0.001)
    }

    @Test("holds the share and is the mirror of the failures' interval", arguments: [1, 2, 7, 40, 333])
    func symmetric(trials: Int) {
        for successes in 0...trials {
            let result = ClopperPearson.interval(successes: successes, of: trials)
            let mirror = ClopperPearson.interval(successes: trials - successes, of: trials)
            let share = Double(successes) / Double(trials)
            #expect(result.low <= share && share <= result.high)
            #expect(abs(result.low - (1 - mirror.high)) < 1e-12)
        }
    }

    @Test("says nothing about nothing")
    func nothing() {
        let result = ClopperPearson.interval(successes: 0, of: 0)
        #expect(result.low == 0)
        #expect(result.high == 1)
    }

    // scipy.special.betainc.
    @Test(
        "its incomplete beta function agrees",
        arguments: [
            (1, 1, 0.3, 0.3), (2, 3, 0.5, 0.6875), (50, 4951, 0.01, 0.5190915868050621),
            (1000, 2, 0.998, 0.40519356734005035), (500_000, 500_001, 0.5, 0.5003989421806654),
            (1, 2995, 0.001, 0.9500382966026436),
        ])
    func incompleteBeta(a: Double, b: Double, x: Double, expected: Double) {
        #expect(abs(BetaDistribution(a: a, b: b).cumulative(x) - expected) < 1e-9)
    }

    @Test("a proportion prints its share, its interval and its counts")
    func proportion() {
        #expect(Proportion(467, of: 474).text == "0.985 [0.970, 0.994] 467/474")
        #expect(Proportion(0, of: 0).text == "- 0/0")
        #expect(Proportion(1, of: 2) + Proportion(2, of: 3) == Proportion(3, of: 5))
    }
}
