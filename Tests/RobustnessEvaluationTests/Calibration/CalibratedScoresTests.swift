import AdmissionPolicy
import AdversarialDetectors
import Testing

@testable import RobustnessEvaluation

@Suite("CalibratedScores")
struct CalibratedScoresTests {
    @Test("a clean image's own p-value is its rank among the others")
    func ranksAmongOthers() throws {
        let scores = CalibratedScores(
            CleanSample.ascending(10), detectors: [CleanSample.detector("a")], method: .minP)
        // p = k/10 for the k-th largest; min-p of one detector is 1/p.
        let statistics = try #require(scores.all?.statistics)
        let expected = (1...10).map { 10 / Double($0) }.sorted()
        for (found, wanted) in zip(statistics, expected) { #expect(abs(found - wanted) < 1e-12) }
        #expect(scores.tierZero == scores.all)
    }

    @Test("the combination flags as many new clean images as its rate says", arguments: ScoreCombination.allCases)
    func holdsRate(method: ScoreCombination) {
        let detectors = ["a", "b", "c"].map { CleanSample.detector($0) }
        let scores = CalibratedScores(
            CleanSample.images(2000, detectors: ["a", "b", "c"], seed: 3), detectors: detectors, method: method)
        let fresh = CleanSample.images(4000, detectors: ["a", "b", "c"], seed: 4)
        let flagged = fresh.count { (scores.combined($0, asked: true)?.pValue ?? 1) <= 0.05 }
        // Three standard deviations of calibration and test together: sqrt(0.05·0.95·(1/2000 + 1/4000)) = 0.006.
        #expect(abs(Double(flagged) / 4000 - 0.05) < 0.018)
    }

    @Test("a detector without a model call counts in both combinations, one with it in the whole one alone")
    func separatesTiers() {
        let scores = CalibratedScores(
            CleanSample.images(50, detectors: ["a", "b"]),
            detectors: [CleanSample.detector("a"), CleanSample.detector("b", isTierZero: false)], method: .minP)
        #expect(scores.tierZero?.detectors == ["a"])
        #expect(scores.all?.detectors == ["a", "b"])
    }

    @Test("weights go to the file and into the statistics")
    func weighs() {
        let images = CleanSample.images(100, detectors: ["a", "b"])
        let even = CalibratedScores(
            images, detectors: [CleanSample.detector("a"), CleanSample.detector("b")], method: .minP)
        let uneven = CalibratedScores(
            images, detectors: [CleanSample.detector("a", weight: 4), CleanSample.detector("b")], method: .minP)
        #expect(uneven.all?.weights == [4, 1])
        #expect(even.all?.statistics != uneven.all?.statistics)
    }

    @Test("a score that is not finite is as odd as can be, and in no stratum")
    func countsInfinite() throws {
        var images = CleanSample.ascending(9)
        images.append(
            CleanImage(
                sha256: CleanSample.hash(0), scores: [CleanImage.Score(detector: "a", score: .infinity)], label: nil))
        let scores = CalibratedScores(images, detectors: [CleanSample.detector("a")], method: .minP)
        #expect(scores.detectors.first?.strata.last?.scores.count == 9)
        #expect(scores.all?.statistics.count == 10)
        #expect(scores.all?.statistics.last == 9)
    }

    @Test("a detector that never spoke is left out, an image without any score too")
    func leavesOut() {
        var images = CleanSample.images(20)
        images.append(CleanImage(sha256: CleanSample.hash(99), scores: [], label: nil))
        let scores = CalibratedScores(
            images, detectors: [CleanSample.detector("a"), CleanSample.detector("silent")], method: .minP)
        #expect(scores.detectors.map(\.detector) == ["a"])
        #expect(scores.all?.detectors == ["a"])
        #expect(scores.all?.statistics.count == 20)
    }

    @Test("the file gives back the same numbers, and equal calibrations equal bytes")
    func roundTrips() throws {
        let images = CleanSample.images(300, detectors: ["a", "b"])
        let scores = CalibratedScores(
            images, detectors: [CleanSample.detector("a"), CleanSample.detector("b")], method: .truncatedCauchy)
        let calibration = RouteCalibration(
            created: "2026-01-01T00:00:00Z",
            reference: .init(route: "r", forwarded: "decoded, as it came", scores: "auto", model: "m"),
            source: "folder x", clients: 0, images: images, fitted: [CleanSample.hash(1000)], scores: scores)
        let bytes = try CalibrationFile.bytes(calibration)
        #expect(try CalibrationReader.calibration(in: bytes) == calibration)
        #expect(try CalibrationFile.bytes(calibration) == bytes)
        #expect(calibration.sample.images == 300)
        #expect(calibration.sample.fittedImages == 1)
    }
}
