import AdversarialDetectors
import PixelCore

@testable import RobustnessEvaluation

/// Clean images with made-up scores.
enum CleanSample {
    /// A hash that is unlike those of other numbers.
    static func hash(_ index: Int) -> String {
        FileDigest.sha256(Array("image \(index)".utf8))
    }

    /// `count` images with scores of `detectors` drawn alike, classes `0` to `9` in turn.
    static func images(_ count: Int, detectors: [String] = ["a"], seed: UInt8 = 1) -> [CleanImage] {
        var generator = ChaChaGenerator(key: [UInt8](repeating: seed, count: 32))
        return (0..<count).map { index in
            CleanImage(
                sha256: hash(index),
                scores: detectors.map {
                    CleanImage.Score(detector: $0, score: Double(generator.nextWord()) / 4_294_967_296)
                }, label: String(index % 10))
        }.sorted { $0.sha256 < $1.sha256 }
    }

    /// Images whose only detector scores 1, 2, 3, ….
    static func ascending(_ count: Int) -> [CleanImage] {
        (1...count).map {
            CleanImage(
                sha256: hash($0), scores: [CleanImage.Score(detector: "a", score: Double($0))], label: nil)
        }
    }

    /// A detector of this name.
    static func detector(_ name: String, isTierZero: Bool = true, weight: Double = 1) -> MeasuredDetector {
        MeasuredDetector(name: name, version: 1, isTierZero: isTierZero, weight: weight)
    }
}
