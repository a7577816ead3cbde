import AdmissionPolicy
import AdversarialDetectors
import Foundation
import Testing

@testable import PortcullisCLI

@Suite("A calibration beside a policy file")
struct PolicyCalibrationTests {
    private static let policy = """
        version: 1
        name: small
        routes:
          - name: images
            calibration: small.json
            detectors: [feature-squeezing]
            rules:
              - {when: {detector: feature-squeezing, above: {rate: 1%}}, then: flag}

        """

    /// A folder with the small policy and, where there is one, its calibration; deleted after `body`.
    private func withFolder(_ calibration: RouteCalibration?, _ body: (_ folder: String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "policy-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(Self.policy.utf8).write(to: folder.appending(path: "policy.yaml"))
        if let calibration {
            try JSONEncoder().encode(calibration).write(to: folder.appending(path: "small.json"))
        }
        try body(folder.path(percentEncoded: false))
    }

    /// Scores 0...399 for a strict and a lenient kind of image, made on 1 May 2026.
    private func calibration() throws -> RouteCalibration {
        let route = try #require(
            try PolicyLoader.loadForCalibration(bytes: Array(Self.policy.utf8), origin: "t").routes.first)
        let detectors = route.detectors.map { planned in
            DetectorCalibration(
                detector: planned.descriptor.name, version: planned.descriptor.version,
                parameters: planned.parameterTexts, fit: nil,
                strata: [
                    ScoreStratum(name: "png", upToLevel: 2.5, scores: (0..<100).map { Double($0) / 3 }),
                    ScoreStratum(name: "png", upToLevel: nil, scores: (0..<100).map(Double.init)),
                    ScoreStratum(name: "", upToLevel: nil, scores: (0..<400).map(Double.init)),
                ])
        }
        return RouteCalibration(
            created: "2026-05-01T12:00:00Z",
            reference: .init(
                route: route.name, forwarded: route.referenceText, scores: route.scores.text, model: "tagger 3"),
            sample: .init(
                source: "clean/", images: 400, fittedImages: 80, clients: 7, sha256: String(repeating: "0a", count: 32)),
            detectors: detectors, tierZero: nil, all: nil)
    }

    @Test("is read from the folder of the policy")
    func reads() throws {
        let calibration = try calibration()
        try withFolder(calibration) { folder in
            let plan = try PolicySource.load(folder + "/policy.yaml")
            #expect(plan.routes.first?.calibration?.calibration == calibration)
            #expect(plan.routes.first?.calibration?.origin == "small.json")
        }
    }

    @Test("that is missing, a folder or no calibration is a mistake of the policy")
    func refuses() throws {
        try withFolder(nil) { folder in
            let policy = folder + "/policy.yaml"
            let missing = #expect(throws: CommandFailure.self) { try PolicySource.load(policy) }
            #expect(missing?.status == .configuration)
            #expect(missing?.message.contains("policy.yaml:5:18: calibration: `small.json` cannot be read") == true)
            #expect(try PolicySource.loadForCalibration(policy).routes.first?.calibration == nil)
            try FileManager.default.createDirectory(atPath: folder + "/small.json", withIntermediateDirectories: false)
            let directory = #expect(throws: CommandFailure.self) { try PolicySource.load(policy) }
            #expect(directory?.message.contains("`small.json` is a folder, not a file") == true)
        }
    }

    @Test(
        "a name is looked for beside the policy unless it says the whole way",
        arguments: [
            ("c.json", "policies/p.yaml", "policies/c.json"), ("c.json", "p.yaml", "c.json"),
            ("../c.json", "/etc/p/p.yaml", "/etc/p/../c.json"), ("/var/c.json", "/etc/p.yaml", "/var/c.json"),
        ])
    func paths(name: String, policy: String, path: String) {
        #expect(PolicySource.path(name, besidePolicy: policy) == path)
    }

    @Test("policy check says what it rests on and what rates mean in raw numbers")
    func prints() throws {
        try withFolder(try calibration()) { folder in
            let plan = try PolicySource.load(folder + "/policy.yaml")
            let route = try #require(plan.routes.first)
            // 1 August 2026.
            let text = PolicyCalibrationText.lines(route, nowSeconds: 1_785_585_600)
            #expect(text.first?.contains("made 2026-05-01T12:00:00Z, 92 days ago, SHA-256 ") == true, "\(text)")
            #expect(text.contains { $0.contains("400 clean images from 7 clients, fitted to 80 more: clean/") })
            #expect(text.contains { $0.contains("model tagger 3, asked about the image decoded, as it came") })
            #expect(
                text.suffix(3).map { $0.split(separator: " ").joined(separator: " ") } == [
                    "1% feature-squeezing png up to 2.5 100 33.0", "1% feature-squeezing png above 2.5 100 99.0",
                    "1% feature-squeezing all any 400 396.0",
                ], "\(text)")
            #expect(plan.calibrationWarnings(nowSeconds: 1_785_585_600).count == 1)
            #expect(PolicyCalibrationText.lines(try PolicySource.load("balanced").routes[0], nowSeconds: 0).isEmpty)
        }
    }
}
