import PixelCore
import Testing

@testable import AdversarialDetectors

@Suite("TwoSampleTest")
struct TwoSampleTestTests {
    @Test("gives the distance that SciPy's ks_2samp gives")
    func knownAnswer() {
        // scipy.stats.ks_2samp([1, 2, 3, 4, 5], [3, 4, 5, 6]).statistic == 0.4
        #expect(abs(TwoSampleTest([1, 2, 3, 4, 5], [3, 4, 5, 6]).distance - 0.4) < 1e-12)
        // Ties are passed over together: identical samples are at no distance.
        #expect(TwoSampleTest([1, 1, 1, 2], [1, 1, 1, 2]).distance == 0)
    }

    @Test("says nothing about an empty sample")
    func empty() {
        #expect(!TwoSampleTest([], [1, 2]).isShifted)
        #expect(!TwoSampleTest([1, 2], []).isShifted)
    }

    @Test("does not alarm on the noise of the calibration itself")
    func calibrationNoise() {
        // 200 calibrations of 200 images, each followed by a window of 512 from the same distribution. Compared with
        // the uniform distribution, as a one-sample test would, about one in six alarms at the same level.
        var generator = ChaChaGenerator(key: [1])
        var alarms = 0
        for _ in 0..<200 {
            let clean = (0..<200).map { _ in generator.nextDouble() }.sorted()
            let live = (0..<512).map { _ in generator.nextDouble() }.sorted()
            if TwoSampleTest(live, clean).isShifted { alarms += 1 }
        }
        #expect(alarms <= 1)
    }
}

@Suite("SourceEvidence")
struct SourceEvidenceTests {
    @Test("stays quiet on clean traffic and finds a source of odd images within a few")
    func evidence() {
        var generator = ChaChaGenerator(key: [2])
        let share = SourceEvidence.share(of: 2500)
        var clean = SourceEvidence()
        var alarms = 0
        for _ in 0..<20_000 {
            if clean.observe(generator.nextDouble(), share: share) {
                alarms += 1
                clean.reset()
            }
        }
        #expect(alarms == 0)
        var hostile = SourceEvidence()
        var needed = 0
        while !hostile.observe(0.01, share: share) { needed += 1 }
        #expect(needed < 10)
    }

    @Test("allows for a small calibration, whose 5 % may be more")
    func share() {
        #expect(SourceEvidence.share(of: 0) == 0.5)
        #expect(SourceEvidence.share(of: 100) > 0.11)
        #expect(SourceEvidence.share(of: 100_000) < 0.053)
    }
}

@Suite("DriftMonitor")
struct DriftMonitorTests {
    private func calibration(scores: [Double]) throws -> RouteCalibration {
        let samples = scores.map { DetectorCalibration.Sample(score: $0, stratum: "", level: nil) }
        let detector = try #require(
            DetectorCalibration(detector: "d", version: 1, parameters: [:], fit: nil, samples: samples))
        return RouteCalibration(
            created: "2026-01-01T00:00:00Z",
            reference: .init(route: "r", forwarded: "decoded, as it came", scores: "auto", model: "m"),
            sample: .init(source: "s", images: scores.count, fittedImages: 0, clients: 0, sha256: ""),
            detectors: [detector], tierZero: nil,
            all: CombinationCalibration(method: .minP, detectors: ["d"], statistics: scores))
    }

    private func feed(
        _ monitor: DriftMonitor, _ calibration: RouteCalibration, scores: [Double], source: String
    ) -> [DriftAlarm] {
        scores.flatMap { score -> [DriftAlarm] in
            let pValue = calibration.calibrated(Signal(detector: "d", score: score)).pValue ?? 1
            return monitor.observe(pValues: [("d", pValue)], combined: pValue, evidence: pValue, source: source)
        }
    }

    @Test("tells a window that has moved, and not one that has not")
    func windows() throws {
        var generator = ChaChaGenerator(key: [3])
        let calibration = try calibration(scores: (0..<1000).map { _ in generator.nextDouble() })
        let monitor = DriftMonitor(calibration: calibration)
        let same = (0..<1024).map { _ in generator.nextDouble() }
        #expect(feed(monitor, calibration, scores: same, source: "a").isEmpty)
        #expect(monitor.distances.allSatisfy { $0.distance > 0 && $0.distance < $0.critical })
        let moved = (0..<512).map { _ in generator.nextDouble() * 0.8 }
        let alarms = feed(monitor, calibration, scores: moved, source: "a")
        #expect(alarms.contains { if case .shift("d", _, _, 512) = $0 { true } else { false } })
    }

    @Test("does not take ties for drift")
    func ties() throws {
        // A count of findings is 0 for nearly everything.
        let calibration = try calibration(scores: (0..<1000).map { $0 % 100 == 0 ? 1 : 0 })
        let monitor = DriftMonitor(calibration: calibration)
        let alarms = feed(
            monitor, calibration, scores: (0..<1024).map { $0 % 100 == 0 ? 1 : 0 }, source: "a")
        #expect(alarms.isEmpty)
        // Large groups above the lowest score too.
        let counts = (0..<1000).map { Double($0 % 10 < 7 ? 0 : ($0 % 10 < 9 ? 1 : 2)) }
        let grouped = try self.calibration(scores: counts)
        let windows = DriftMonitor(calibration: grouped)
        #expect(
            feed(windows, grouped, scores: Array(counts.prefix(512)), source: "a").allSatisfy {
                if case .shift = $0 { false } else { true }
            })
    }

    @Test("names the source that sends odd images, and forgets the quietest of too many")
    func sources() throws {
        let calibration = try calibration(scores: (0..<1000).map { Double($0) })
        let monitor = DriftMonitor(calibration: calibration)
        var found: [DriftAlarm] = []
        for round in 0..<20 {
            found += feed(monitor, calibration, scores: [Double(round * 49)], source: "quiet")
            found += feed(monitor, calibration, scores: [2000], source: "hostile")
        }
        #expect(!found.isEmpty)
        #expect(found.allSatisfy { if case .source("hostile", _, _) = $0 { true } else { false } })
        for index in 0..<(DriftMonitor.mostSources + 10) {
            _ = feed(monitor, calibration, scores: [1], source: "s\(index)")
        }
        #expect(monitor.sourceCount == DriftMonitor.mostSources)
    }
}

extension ChaChaGenerator {
    /// Uniform in 0..<1.
    fileprivate mutating func nextDouble() -> Double { Double(next() >> 11) * 0x1p-53 }
}
