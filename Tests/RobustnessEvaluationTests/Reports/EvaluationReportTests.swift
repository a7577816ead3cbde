import AuditTrail
import Testing

@testable import RobustnessEvaluation

@Suite("EvaluationReport")
struct EvaluationReportTests {
    private let report = MadeUpImages.report([
        MadeUpImages.attacked("pgd", .flagged, pValue: 0.004),
        MadeUpImages.attacked("pgd", .rejected, pValue: 0.03),
        MadeUpImages.attacked("pgd", .forwarded, pValue: 0.4),
        MadeUpImages.attacked("pgd", .forwarded, reads: "4", pValue: 0.6),
        MadeUpImages.attacked("harmless", .forwarded, reads: "4", pValue: 0.9, fools: false),
        MadeUpImages.clean(.forwarded, pValue: 0.5), MadeUpImages.clean(.forwarded, pValue: 0.7),
        MadeUpImages.clean(.flagged, pValue: 0.04),
        MadeUpImages.clean(.forwarded, reads: "9", unguarded: "9", pValue: 0.2),
    ])

    @Test("counts what comes with and without the guard")
    func accuracy() {
        let accuracy = report.accuracy
        #expect(accuracy.cleanUnguarded == Proportion(3, of: 4))
        #expect(accuracy.cleanGuarded == Proportion(3, of: 4))
        #expect(accuracy.cleanServed == Proportion(2, of: 4))
        #expect(accuracy.robustUnguarded == Proportion(1, of: 5))
        #expect(accuracy.robustGuarded == Proportion(2, of: 5))
        #expect(accuracy.robustUnharmed == Proportion(4, of: 5))
        #expect(accuracy.acceptedUnguarded == Proportion(4, of: 4))
        #expect(accuracy.acceptedGuarded == Proportion(1, of: 4))
        #expect(accuracy.harmlessHere == 0)
    }

    @Test("what the model alone reads is not known where it was not asked")
    func notAsked() {
        let accuracy = AccuracySummary(report.images, isModelAsked: false)
        #expect(accuracy.cleanUnguarded == nil)
        #expect(accuracy.acceptedUnguarded == nil)
    }

    @Test("detection, false positives, curves and the frontier are of the same images")
    func figures() throws {
        #expect(report.detection.cell("combined", "ALL", 0.05)?.detected == Proportion(2, of: 4))
        #expect(report.detection.cell("squeeze", "pgd", 0.01)?.detected == Proportion(1, of: 4))
        #expect(report.detection.cleanCell("combined", "ALL", 0.05)?.falsePositives == Proportion(1, of: 4))
        // Of 16 pairs the attacked image is the odder one in 4 + 4 + 2 + 1.
        let curve = try #require(report.curves.first { $0.detector == "combined" })
        #expect(abs(curve.curve.area - 11.0 / 16) < 1e-12)
        #expect(curve.areas == [.init(attack: "pgd", area: curve.curve.area)])
        #expect(report.frontier?.points.first?.accepted == Proportion(3, of: 4))
        #expect(report.cost.extraCalls?.mean == 2)
        #expect(report.cost.guarded?.p99 == 2)
    }

    @Test("an image that a detector says nothing about is the least odd, not left out")
    func silence() throws {
        let images = [
            MadeUpImages.attacked("pgd", .forwarded), MadeUpImages.attacked("pgd", .flagged, pValue: 0.01),
            MadeUpImages.clean(.forwarded, pValue: 0.5),
        ]
        let curve = try #require(ReceiverCurve(images, detector: "combined"))
        #expect(curve.area == 0.5)
    }

    @Test("says what keeps a figure from meaning what it seems to")
    func notes() {
        var failed = MadeUpImages.attacked("pgd", .failed)
        failed.problem = "status 502"
        var degraded = MadeUpImages.clean(.forwarded, pValue: 0.5)
        degraded.degraded = "copy-timeout"
        degraded.gate = "closed"
        var subject = EvaluationSubject(policy: "p", policySHA256: "", route: "r", path: "/")
        subject.calibration = .init(name: "c", sha256: "", images: 100, fewestCompared: ["even": 99, "banded": 49])
        let report = EvaluationReport(subject: subject, images: [failed, degraded], rates: [0.05, 0.01])
        #expect(report.failed == [0])
        #expect(report.degraded == [.init(name: "copy-timeout", count: 1)])
        #expect(report.notes.contains { $0.contains("100 clean images") && $0.contains("1 %") && $0.contains("299") })
        #expect(!report.notes.contains { $0.contains("promise 5 %") })
        #expect(report.notes.contains { $0.contains("banded compares some images with 49") && $0.contains("to 1 %:") })
        #expect(!report.notes.contains { $0.contains("even compares") })
        #expect(report.notes.contains { $0.contains("1 of 2 images have no verdict") })
        #expect(report.notes.contains { $0.contains("a check that was due") })
        #expect(report.notes.contains { $0.contains("gate stayed closed for 1") })
        subject.calibration = nil
        let bare = EvaluationReport(subject: subject, images: [MadeUpImages.clean(.forwarded)], rates: [0.05])
        #expect(bare.notes.contains { $0.contains("no calibration") })
    }

    @Test("every role has its false positives by verdict, and the class that has most")
    func roles() throws {
        let images =
            (0..<20).map { MadeUpImages.clean($0 < 3 ? .rejected : .forwarded, role: "scan") }
            + [MadeUpImages.clean(.failed, role: "photo")]
        let roles = MadeUpImages.report(images).roles
        #expect(roles.map(\.role) == ["photo", "scan", "ALL"])
        #expect(roles[0].failed == 1 && roles[0].worstClass == nil)
        #expect(roles[1].falsePositives == Proportion(3, of: 20))
        #expect(roles[1].worstClass == .init(name: "4", falsePositives: Proportion(3, of: 20)))
        #expect(roles[2].served == Proportion(17, of: 21))
        #expect(RoleSummary.all([MadeUpImages.clean(.forwarded)]).map(\.role) == ["clean_test"])
    }

    @Test("a gate's misses are what it lets by and the open gate finds")
    func gate() throws {
        var images = [
            MadeUpImages.attacked("pgd", .flagged, pValue: 0.01), MadeUpImages.attacked("pgd", .forwarded, pValue: 0.3),
            MadeUpImages.attacked("pgd", .flagged, pValue: 0.01), MadeUpImages.clean(.forwarded, pValue: 0.3),
        ]
        for (index, word) in ["closed", "closed", "sample", "closed"].enumerated() { images[index].gate = word }
        var behind = images[0].outcome
        behind.handling = .forwarded
        images[0].behindGate = behind
        images[1].behindGate = images[1].outcome
        images[0].extraCallsBehindGate = 0
        let gate = try #require(GateSummary(images))
        #expect(gate.outcomes == [.init(name: "closed", count: 3), .init(name: "sample", count: 1)])
        #expect(gate.missed == Proportion(1, of: 3))
        #expect(gate.missedOfClosed == Proportion(1, of: 2))
        #expect(gate.sampledDetected == Proportion(1, of: 1))
        #expect(gate.closedClean == Proportion(1, of: 1))
        #expect(gate.detectedAsPolicy == Proportion(1, of: 3))
        #expect(gate.acceptedAsPolicy == Proportion(2, of: 3))
        let cost = CostSummary(images)
        #expect(cost.extraCalls?.mean == 2)
        #expect(cost.extraCallsAsPolicy?.mean == 1.5)
        #expect(GateSummary([MadeUpImages.clean(.forwarded)]) == nil)
    }

    @Test("quantiles are values that were seen, by the nearest rank")
    func quantiles() throws {
        let hundred = try #require(Quantiles((1...100).map { Double($0) }.shuffled()))
        #expect((hundred.median, hundred.p95, hundred.p99, hundred.largest) == (50, 95, 99, 100))
        let one = try #require(Quantiles([3]))
        #expect((one.median, one.p99) == (3, 3))
        #expect(Quantiles([]) == nil)
    }
}
