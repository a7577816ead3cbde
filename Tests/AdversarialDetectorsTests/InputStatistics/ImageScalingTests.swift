import AdversarialDetectors
import Foundation
import ImageCodecs
import PixelCore
import Testing

@Suite("ImageScaling")
struct ImageScalingTests {
    private static func signal(_ image: Image, width: Int = 0, height: Int = 0) throws -> Signal? {
        try ImageScaling(parameters: ["width": .integer(width), "height": .integer(height)])
            .inspect(TestSubject.subject(image))
    }

    @Test("a planted grid stands out at the usual sizes, and names the size", arguments: [224, 256], [false, true])
    func planted(target: Int, isCentred: Bool) throws {
        let clean = try #require(try Self.signal(PlantedPicture.scaled(target: target, depth: 0)))
        let attacked = try #require(
            try Self.signal(PlantedPicture.scaled(target: target, isCentred: isCentred)))
        #expect(abs(clean.score) < 0.1)
        #expect(attacked.score > 1)
        #expect(attacked.value("width") == Double(target))
        #expect(attacked.value("height") == Double(target))
    }

    @Test("the size asked about is the only one looked at")
    func size() throws {
        let image = PlantedPicture.scaled()
        #expect(try #require(try Self.signal(image, width: 224, height: 224)).score > 1)
        // One side alone is a square.
        #expect(try #require(try Self.signal(image, width: 224)).value("height") == 224)
        #expect(try #require(try Self.signal(image, height: 224)).value("width") == 224)
        #expect(try #require(try Self.signal(image, width: 300, height: 200)).score < 0.3)
    }

    @Test("the peak spectrum is evidence from a ratio of 2 on")
    func peaks() throws {
        let clean = try #require(try Self.signal(PlantedPicture.scaled(target: 112, depth: 0), width: 112))
        let attacked = try #require(try Self.signal(PlantedPicture.scaled(target: 112), width: 112))
        #expect(try #require(attacked.value("peak-contrast")) > #require(clean.value("peak-contrast")) + 40)
        let small = try #require(try Self.signal(PlantedPicture.scaled(), width: 300))
        #expect(small.value("peak-contrast") == nil)
    }

    @Test("an image hardly larger than the model's input has no signal", arguments: [(268, 268), (224, 1), (40, 200)])
    func skipped(width: Int, height: Int) throws {
        let samples = PlantedPicture.samples(width: width, height: height, channels: 1)
        let image = PlantedPicture.image(samples, width: width, height: height, channels: 1)
        #expect(try Self.signal(image) == nil)
    }

    @Test("an image that is large along one side is looked at along that side")
    func oneSide() throws {
        let samples = PlantedPicture.samples(width: 700, height: 200, channels: 1)
        let image = PlantedPicture.image(samples, width: 700, height: 200, channels: 1)
        #expect(try abs(#require(try Self.signal(image)).score) < 0.2)
    }

    private static let attacks = try? FileManager.default.contentsOfDirectory(
        atPath: LabFiles.path("lab/scaling")
    ).filter { $0.hasPrefix("attack") }.sorted()

    @Test("scaling attacks of others score far above large images of others", .enabled(if: attacks != nil))
    func lab() throws {
        let detector = try ImageScaling(parameters: [:])
        func score(_ name: String) throws -> Double {
            try #require(try detector.inspect(LabFiles.subject("lab/scaling/\(name)"))).score
        }
        let attacked = try (Self.attacks ?? []).prefix(10).suffix(4).map(score)
        let clean = try ["benign_04.png", "benign_11.jpg"].map(score)
        #expect(attacked.min() ?? 0 > 1.2)
        #expect(clean.max() ?? 9 < 0.4)
    }
}
