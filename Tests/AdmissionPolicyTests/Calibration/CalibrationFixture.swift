import AdversarialDetectors
import Foundation
import Testing

@testable import AdmissionPolicy

/// A calibration of the small policy's route, to be changed by tests.
struct CalibrationFixture {
    /// The small policy with a calibration in line 8, the rule's condition in line 16.
    static let policy = PolicyFixture.text.replacing("scores: auto\n", with: "scores: auto\n    calibration: c.json\n")
        .replacing("{raw: 1.0}", with: "{rate: 1%}")

    var forwarded = "decoded, as it came"
    var scores = "auto"
    var created = "2026-05-01T12:00:00Z"
    var sample = RouteCalibration.Sample(
        source: "clean", images: 400, fittedImages: 0, clients: 3, sha256: String(repeating: "0a", count: 32))
    var detectors: [DetectorCalibration]
    var tierZero: CombinationCalibration?
    var all: CombinationCalibration?

    /// `images` clean images for every detector of the route that can be calibrated, with scores 0, 1, 2, …
    init(_ policy: String = policy, images: Int = 400) throws {
        let plan = try PolicyLoader.loadForCalibration(bytes: Array(policy.utf8), origin: "small.yaml")
        let route = try #require(plan.routes.first)
        let ascending = (0..<images).map(Double.init)
        sample = .init(
            source: "clean", images: images, fittedImages: 0, clients: 3, sha256: String(repeating: "0a", count: 32))
        detectors = route.detectors.filter(\.descriptor.isCalibrated).map { planned in
            DetectorCalibration(
                detector: planned.descriptor.name, version: planned.descriptor.version,
                parameters: planned.parameterTexts, fit: nil,
                strata: [ScoreStratum(name: "", upToLevel: nil, scores: ascending)])
        }
        let free = route.detectors.filter { $0.descriptor.isCalibrated && $0.descriptor.tier == 0 }
        tierZero = CombinationCalibration(
            method: .minP, detectors: free.map(\.descriptor.name), statistics: ascending)
        all = CombinationCalibration(
            method: .minP, detectors: detectors.map(\.detector), statistics: ascending)
    }

    var calibration: RouteCalibration {
        RouteCalibration(
            created: created,
            reference: .init(route: "images", forwarded: forwarded, scores: scores, model: "m"), sample: sample,
            detectors: detectors, tierZero: tierZero, all: all)
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(calibration), as: UTF8.self)
    }

    /// The detector called `name` with another calibration.
    mutating func change(_ name: String, _ body: (DetectorCalibration) -> DetectorCalibration) {
        detectors = detectors.map { $0.detector == name ? body($0) : $0 }
    }

    /// The plan of `policy` with this calibration in `c.json`.
    func plan(_ policy: String = policy) throws -> PolicyPlan {
        let bytes = Array(try json().utf8)
        return try PolicyLoader.load(bytes: Array(policy.utf8), origin: "small.yaml") { name in
            name == "c.json" ? .success(bytes) : .failure(CalibrationFault(reason: "is not there"))
        }
    }

    func mistakes(_ policy: String = policy) throws -> [PolicyMistake] {
        Self.mistakes(try json(), policy)
    }

    /// The mistakes of `policy` with `json` in every calibration file; empty when it loads.
    static func mistakes(_ json: String, _ policy: String = policy) -> [PolicyMistake] {
        do throws(PolicyMistakes) {
            _ = try PolicyLoader.load(bytes: Array(policy.utf8), origin: "small.yaml") { _ in
                .success(Array(json.utf8))
            }
            return []
        } catch {
            return error.mistakes
        }
    }
}
