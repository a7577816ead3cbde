import AdversarialDetectors
import Testing

@testable import RobustnessEvaluation

@Suite("PoisonBound")
struct PoisonBoundTests {
    @Test("without the oddest two of a hundred the threshold at 5 % is the one two scores below")
    func movesThreshold() throws {
        let stratum = ScoreStratum(name: "", upToLevel: nil, scores: (1...100).map(Double.init))
        // p ≤ 5 % of 101 takes four scores at least as high: 96 is the highest that five reach.
        let bound = try #require(PoisonBound(stratum, rate: 0.05))
        #expect(bound.threshold == 96)
        #expect(bound.leftOut == 2)
        // 98 scores are left: floor(0.05·99) − 1 = 3 lie above 95.
        #expect(bound.thresholdWithout == 95)
        #expect(bound.undoneBy == 5)
        #expect(bound.undoneByShare == 0.05)
    }

    @Test("so many hostile images do undo the threshold, and one less does not", arguments: [100, 137, 500])
    func isExact(count: Int) throws {
        let clean = (1...count).map(Double.init)
        let undoneBy = try #require(
            PoisonBound(ScoreStratum(name: "", upToLevel: nil, scores: clean), rate: 0.05)
        ).undoneBy
        func threshold(hostile: Int) -> Double? {
            let scores = clean.dropLast(hostile) + [Double](repeating: 1e9, count: hostile)
            return ScoreStratum(name: "", upToLevel: nil, scores: Array(scores)).threshold(at: 0.05)
        }
        #expect(threshold(hostile: undoneBy) == 1e9)
        #expect((threshold(hostile: undoneBy - 1) ?? 1e9) <= Double(count))
    }

    @Test("a sample without a threshold has no bound")
    func hasNone() {
        #expect(PoisonBound(ScoreStratum(name: "", upToLevel: nil, scores: [1, 2, 3]), rate: 0.05) == nil)
    }
}

@Suite("CalibrationReport")
struct CalibrationReportTests {
    @Test("rates that the sample cannot promise are refused, the others reported")
    func refusesRates() throws {
        let report = try CalibrationReport(
            CleanSample.images(400), detectors: [CleanSample.detector("a")], method: .minP,
            rates: [0.001, 0.05, 0.01])
        #expect(report.rates == [0.05, 0.01])
        #expect(report.refused == [0.001])
        #expect(report.thresholds.allSatisfy { $0.values.count == 2 })
    }

    @Test("a sample that promises none of them is refused, with how many images would do")
    func refusesSample() {
        let error = #expect(throws: CalibrationError.self) {
            try CalibrationReport(
                CleanSample.images(58), detectors: [CleanSample.detector("a")], method: .minP, rates: [0.05, 0.01])
        }
        #expect(error == .rateUnsupported(rate: 0.05, images: 58))
        #expect(error?.description.contains("at least 59") == true)
        #expect(error?.description.contains("about 440") == true)
    }

    @Test("every threshold has exactly so many of its images above")
    func countsAbove() throws {
        let report = try CalibrationReport(
            CleanSample.images(1000), detectors: [CleanSample.detector("a")], method: .minP, rates: [0.05, 0.01])
        let threshold = try #require(report.thresholds.first { $0.subject == "a" })
        // floor(0.05·1001) − 1 and floor(0.01·1001) − 1.
        #expect(threshold.above == [49, 9])
        #expect(threshold.isSupported == [true, true])
    }

    @Test("strata of their own are listed, and what they are too small for is marked")
    func listsStrata() throws {
        let images = CleanSample.images(500).enumerated().map { index, image in
            CleanImage(
                sha256: image.sha256,
                scores: image.scores.map {
                    .init(detector: $0.detector, score: $0.score, stratum: index < 200 ? "png" : "jpeg-high")
                }, label: nil)
        }
        let report = try CalibrationReport(
            images, detectors: [CleanSample.detector("a")], method: .minP, rates: [0.05, 0.01])
        let own = report.thresholds.filter { $0.subject == "a" }
        #expect(own.map(\.stratum) == ["jpeg-high", "png", ""])
        #expect(own.map(\.images) == [300, 200, 500])
        #expect(own.map(\.isSupported) == [[true, true], [true, false], [true, true]])
    }

    @Test("bands of levels are told by their bounds, and nothing is listed that is never compared with")
    func listsBands() throws {
        let images = CleanSample.images(600).enumerated().map { index, image in
            CleanImage(
                sha256: image.sha256,
                scores: image.scores.map {
                    .init(detector: $0.detector, score: $0.score, stratum: "png", level: Double(index))
                }, label: nil)
        }
        let report = try CalibrationReport(
            images, detectors: [CleanSample.detector("a")], method: .minP, rates: [0.05])
        let own = report.thresholds.filter { $0.subject == "a" }
        #expect(own.map(\.stratum) == ["png", "png"])
        #expect(own.map(\.images) == [301, 299])
        #expect(own[0].upToLevel == own[1].aboveLevel)
        #expect(own[0].aboveLevel == nil && own[1].upToLevel == nil)
    }

    @Test("a batch of 32 at 5 % each is hit 81 % of the time")
    func perRequest() {
        #expect(abs(CalibrationReport.perRequest(0.05, images: 32) - 0.8063) < 1e-4)
        #expect(abs(CalibrationReport.perRequest(0.01, images: 1) - 0.01) < 1e-12)
    }
}
