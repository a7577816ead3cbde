import AdmissionPolicy
import AdversarialDetectors
import Foundation
import Testing

@testable import RobustnessEvaluation

@Suite("MeasurementLog")
struct MeasurementLogTests {
    private static func conditions(
        created: String = "2026-01-01T00:00:00Z", squeezer: String = "median(2)", seed: String = "s"
    ) throws -> MeasurementConditions {
        let plan = try MeasuredFixture.plan(squeezer: squeezer)
        return MeasurementConditions(
            created: created, policy: plan, route: try #require(plan.routes.first), others: ["seed": seed])
    }

    private static let image = CleanImage(
        sha256: CleanSample.hash(1),
        scores: [.init(detector: "a", score: 0.1, stratum: "png", level: 3.5), .init(detector: "b", score: .infinity)],
        label: "7")

    @Test("what was noted is there when the log is opened again, with the first start's time")
    func resumes() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/x.partial"
        do {
            var log = try MeasurementLog.open(path, conditions: Self.conditions())
            let isResumed = log.isResumed
            #expect(!isResumed)
            try log.add(
                features: ["f": DetectorFeatures(stratum: "png", values: [1, 0.25])], sha256: CleanSample.hash(2))
            try log.add(image: Self.image, fits: "")
        }
        let log = try MeasurementLog.open(path, conditions: Self.conditions(created: "2027-01-01T00:00:00Z"))
        let (isResumed, created, images, features) = (log.isResumed, log.conditions.created, log.images, log.features)
        #expect(isResumed)
        #expect(created == "2026-01-01T00:00:00Z")
        #expect(images[""]?[CleanSample.hash(1)] == Self.image)
        #expect(features[CleanSample.hash(2)]?["f"]?.values == [1, 0.25])
    }

    @Test("a line that was cut off is cut away, wherever it was cut")
    func toleratesTornLine() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/x.partial"
        do {
            var log = try MeasurementLog.open(path, conditions: Self.conditions())
            try log.add(image: Self.image, fits: "")
        }
        let whole = try #require(FileManager.default.contents(atPath: path))
        let first = try #require(whole.firstIndex(of: 0x0A)) + 1
        for length in stride(from: first, to: whole.count, by: 7) {
            try whole.prefix(length).write(to: URL(filePath: path))
            do {
                var log = try MeasurementLog.open(path, conditions: Self.conditions())
                let images = log.images
                #expect(images.isEmpty)
                try log.add(image: Self.image, fits: "")
            }
            #expect(FileManager.default.contents(atPath: path) == whole)
        }
    }

    @Test("other conditions are refused by name, and the file is left as it is")
    func refusesOthers() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/x.partial"
        do { _ = try MeasurementLog.open(path, conditions: Self.conditions()) }
        let before = FileManager.default.contents(atPath: path)
        let seed = #expect(throws: CalibrationError.self) {
            _ = try MeasurementLog.open(path, conditions: Self.conditions(seed: "t"))
        }
        #expect(seed == .otherMeasurement(path: path, what: "seed", was: "s", now: "t"))
        let squeezer = #expect(throws: CalibrationError.self) {
            _ = try MeasurementLog.open(path, conditions: Self.conditions(squeezer: "median(3)"))
        }
        guard case .otherMeasurement(_, let what, _, _)? = squeezer else {
            Issue.record("it says what differs")
            return
        }
        #expect(what == "detector feature-squeezing" || what == "policy")
        #expect(FileManager.default.contents(atPath: path) == before)
    }

    @Test("some other file is in the way and is left as it is", arguments: ["not JSON\n", "{\"a\":1}\n", "x"])
    func refusesOtherFiles(text: String) throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/x.partial"
        try Data(text.utf8).write(to: URL(filePath: path))
        #expect(throws: CalibrationError.notAMeasurement(path: path)) {
            _ = try MeasurementLog.open(path, conditions: Self.conditions())
        }
        #expect(FileManager.default.contents(atPath: path) == Data(text.utf8))
    }

    @Test("two runs never write one log")
    func locks() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/x.partial"
        let first = try MeasurementLog.open(path, conditions: Self.conditions())
        #expect(throws: CalibrationError.self) {
            _ = try MeasurementLog.open(path, conditions: Self.conditions())
        }
        let isResumed = first.isResumed
        #expect(!isResumed)
    }
}
