import Foundation
import ImageCodecs
import PixelCore
import Testing

@testable import AdversarialDetectors

/// Images beside the repository, read in place; these tests are skipped where they are not.
enum LabImages {
    static let data = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../../shared/data").standardized

    static func isThere(_ folder: String) -> Bool {
        FileManager.default.fileExists(atPath: data.appending(path: folder).path)
    }

    /// The images of a folder, in the order of their names.
    static func files(_ folder: String) throws -> [URL] {
        let folder = data.appending(path: folder)
        return try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".png") || $0.hasSuffix(".JPEG") }.sorted().map { folder.appending(path: $0) }
    }

    static func subject(_ file: URL) throws -> DetectorSubject {
        let limits = DecodeLimits(
            encodedBytes: 8 << 20, width: 8192, height: 8192, pixels: 16_000_000, workingBytes: 64 << 20,
            progressiveScans: 100, ancillaryBytes: 1 << 20)
        let decoded = try ImageDecoder(limits: limits, options: DecodeOptions(orientation: .apply))
            .decode([UInt8](try Data(contentsOf: file)), cancellation: CancellationFlag())
        return DetectorSubject(
            image: decoded.image, facts: decoded.facts, declaredType: nil, route: "r", nowSeconds: 0)
    }
}

@Suite("Detectors of residuals on images of others")
struct ResidualLabTests {
    private static func fitted<D: FittedDetector>(
        _ type: D.Type, _ subjects: [DetectorSubject]
    ) throws -> any FittedDetector {
        let detector = try type.init(parameters: [:])
        return try detector.fitted(by: try type.fit(subjects.compactMap { detector.features(of: $0) }))
    }

    /// The share of `scores` above all but a twentieth of `clean`.
    private static func found(_ scores: [Double], clean: [Double]) -> Double {
        let threshold = clean.sorted()[clean.count - 1 - clean.count / 20]
        return Double(scores.filter { $0 > threshold }.count) / Double(scores.count)
    }

    @Test(
        "attacked photographs score above clean ones", .enabled(if: LabImages.isThere("lab/cifar")),
        arguments: [
            (0, "pgd_8", 0.95), (0, "cw_l2_next", 0.7), (0, "patch", 0.9), (1, "fgsm_8", 0.7), (2, "patch", 0.9),
            (2, "onepixel5", 0.9),
        ])
    func attacked(index: Int, attack: String, least: Double) throws {
        let learned = try LabImages.files("lab/cifar/clean_cal").map(LabImages.subject)
        let detector = try Self.fitted(ResidualDetectorTests.types[index], learned)
        func scores(_ folder: String) throws -> [Double] {
            try LabImages.files("lab/cifar/\(folder)").compactMap {
                try detector.inspect(try LabImages.subject($0))?.score
            }
        }
        #expect(Self.found(try scores(attack), clean: try scores("clean_test")) >= least)
    }

    @Test("of clean photographs as many are flagged as were promised", .enabled(if: LabImages.isThere("photos")))
    func photos() throws {
        let subjects = try LabImages.files("photos").map(LabImages.subject)
        let learned = subjects.indices.filter { $0 % 4 == 0 }.map { subjects[$0] }
        let threshold = subjects.indices.filter { $0 % 4 == 2 }.map { subjects[$0] }
        let tested = subjects.indices.filter { $0 % 2 == 1 }.map { subjects[$0] }
        for type in ResidualDetectorTests.types {
            let detector = try Self.fitted(type, learned)
            let calibration = try #require(
                DetectorCalibration(
                    detector: type.descriptor.name, version: 1, parameters: [:], fit: nil,
                    samples: try threshold.compactMap {
                        try detector.inspect($0).map { signal in
                            DetectorCalibration.Sample(score: signal.score, stratum: signal.stratum, level: nil)
                        }
                    }))
            let signals = try tested.compactMap { try detector.inspect($0) }
            let flagged = signals.filter { (calibration.pValue(of: $0) ?? 1) <= 0.05 }.count
            // Clopper–Pearson: 5 % lies in the interval of `flagged` unless so many or more are rarer than 1 in 40.
            var (tail, term) = (0.0, pow(0.95, Double(signals.count)))
            for k in 0...signals.count {
                if k >= flagged { tail += term }
                term *= Double(signals.count - k) / Double(k + 1) * 0.05 / 0.95
            }
            #expect(tail > 0.025, "\(type.descriptor.name): \(flagged) of \(signals.count)")
        }
    }
}
