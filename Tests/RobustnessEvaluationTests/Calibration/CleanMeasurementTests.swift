import AdversarialDetectors
import Foundation
import GuardPipeline
import Testing

@testable import RobustnessEvaluation

@Suite("CleanMeasurement")
struct CleanMeasurementTests {
    /// The calibration file of a finished measurement.
    private static func file(
        _ fixture: MeasuredFixture, _ result: CleanMeasurement.Result, created: String
    ) throws -> [UInt8] {
        let detectors = MeasuredDetector.all(of: fixture.route, fits: result.fits)
        return try CalibrationFile.bytes(
            RouteCalibration(
                created: created,
                reference: .init(route: "images", forwarded: "-", scores: "auto", model: "scripted"), source: "-",
                clients: 0, images: result.images, fitted: result.fitted,
                scores: CalibratedScores(result.images, detectors: detectors, method: .minP)))
    }

    @Test("every calibrated detector speaks about every image, whatever rules and mode say")
    func hearsEveryDetector() async throws {
        let fixture = try MeasuredFixture()
        let split = SampleSplit(try fixture.files(30), fitShare: 0)
        var log = try MeasurementLog.open(fixture.partial, conditions: fixture.conditions())
        var steps = 0
        let result = try await fixture.measurement(ScriptedProbe()).run(split, log: &log) { steps += 1 }
        #expect(result.images.count == 30)
        #expect(steps == 30)
        for image in result.images {
            #expect(image.scores.map(\.detector) == ["container-integrity", "feature-squeezing"])
            #expect(image.label != nil)
        }
        #expect(result.images.map(\.sha256) == split.threshold.map(\.sha256))
    }

    @Test("an interrupted run goes on where it was, and comes to the same bytes", arguments: [false, true])
    func resumes(isFitted: Bool) async throws {
        let fixture = try MeasuredFixture(isFitted: isFitted)
        let split = SampleSplit(try fixture.files(80), fitShare: isFitted ? 0.4 : 0)
        let whole: [UInt8]
        do {
            let path = fixture.folder.path + "/whole.partial"
            var log = try MeasurementLog.open(path, conditions: fixture.conditions())
            let result = try await fixture.measurement(ScriptedProbe(), concurrency: 1).run(split, log: &log) {}
            whole = try Self.file(fixture, result, created: log.conditions.created)
        }
        let probe = ScriptedProbe()
        let task = Task { [split] in
            var log = try MeasurementLog.open(fixture.partial, conditions: fixture.conditions())
            return try await fixture.measurement(probe).run(split, log: &log) {}.images.count
        }
        probe.cancelling(after: 40) { task.cancel() }
        let error = await #expect(throws: CalibrationError.self) { try await task.value }
        guard case .interrupted(let done, of: 80)? = error else {
            Issue.record("\(String(describing: error)) is no interruption")
            return
        }
        #expect(done > 0 && done < 80)
        var log = try MeasurementLog.open(fixture.partial, conditions: fixture.conditions())
        let isResumed = log.isResumed
        #expect(isResumed)
        let second = ScriptedProbe()
        let result = try await fixture.measurement(second).run(split, log: &log) {}
        #expect(second.asked == 2 * (80 - done))
        let created = log.conditions.created
        #expect(try Self.file(fixture, result, created: created) == whole)
        log.remove()
        #expect(!FileManager.default.fileExists(atPath: fixture.partial))
    }

    @Test("files that do not decode and copies without an answer are counted, and left out as a whole")
    func countsFailures() async throws {
        let fixture = try MeasuredFixture()
        let split = SampleSplit(try fixture.files(60, broken: [4, 17]), fitShare: 0)
        var log = try MeasurementLog.open(fixture.partial, conditions: fixture.conditions())
        let result = try await fixture.measurement(ScriptedProbe { $0 == 50 }, concurrency: 1).run(split, log: &log) {}
        #expect(result.images.count == 57)
        #expect(result.failures.count == 3)
        #expect(result.failures.count { $0.reason.contains("does not decode") } == 2)
        #expect(result.failures.contains { $0.reason.contains("in time") })
    }

    @Test("more than one failure in twenty refuses the sample, and what was measured is kept")
    func refusesFailures() async throws {
        let fixture = try MeasuredFixture()
        let split = SampleSplit(try fixture.files(60, broken: [1, 2, 3, 4]), fitShare: 0)
        var log = try MeasurementLog.open(fixture.partial, conditions: fixture.conditions())
        let measurement = try fixture.measurement(ScriptedProbe(), concurrency: 1)
        do throws(CalibrationError) {
            _ = try await measurement.run(split, log: &log) {}
            Issue.record("four of sixty are too many")
        } catch {
            guard case .tooManyFailures(failed: 4, of: 60, _) = error else {
                Issue.record("\(error)")
                return
            }
        }
        let images = log.images
        #expect(images[""]?.isEmpty == false)
    }

    @Test("a file that changed after its hash was taken is a failure")
    func noticesChanges() async throws {
        let fixture = try MeasuredFixture()
        let files = try fixture.files(40)
        try Data("changed".utf8).write(to: URL(filePath: files[0].path))
        let png = try #require(FileManager.default.contents(atPath: files[2].path))
        try png.write(to: URL(filePath: files[1].path))
        var log = try MeasurementLog.open(fixture.partial, conditions: fixture.conditions())
        let result = try await fixture.measurement(ScriptedProbe()).run(SampleSplit(files, fitShare: 0), log: &log) {}
        #expect(Set(result.failures.map(\.path)) == Set(files[..<2].map(\.path)))
    }

    @Test("fitted detectors learn from one part, and the other sets their thresholds")
    func fits() async throws {
        let fixture = try MeasuredFixture(isFitted: true)
        let split = SampleSplit(try fixture.files(60), fitShare: 0.5)
        var log = try MeasurementLog.open(fixture.partial, conditions: fixture.conditions())
        let probe = ScriptedProbe()
        let result = try await fixture.measurement(probe).run(split, log: &log) {}
        #expect(result.fits["first-sample-distance"]?.values["mean"] != nil)
        #expect(result.fitted == split.fit.map(\.sha256))
        #expect(result.images.allSatisfy { $0.score(of: "first-sample-distance") != nil })
        // No model call for an image that only pixels are learned from.
        #expect(probe.asked == 2 * split.threshold.count)
        let detectors = MeasuredDetector.all(of: fixture.route, fits: result.fits)
        let scores = CalibratedScores(result.images, detectors: detectors, method: .minP)
        #expect(scores.detectors.last?.fit == result.fits["first-sample-distance"])
    }

    @Test("too few images for a fit are refused with how many would do")
    func refusesFit() async throws {
        let fixture = try MeasuredFixture(isFitted: true)
        let split = SampleSplit(try fixture.files(6), fitShare: 0.5)
        var log = try MeasurementLog.open(fixture.partial, conditions: fixture.conditions())
        let measurement = try fixture.measurement(ScriptedProbe())
        do throws(CalibrationError) {
            _ = try await measurement.run(split, log: &log) {}
            Issue.record("so few do not suffice")
        } catch {
            #expect(error == .cannotFit(detector: "first-sample-distance", detail: "5 images would do"))
        }
    }
}
