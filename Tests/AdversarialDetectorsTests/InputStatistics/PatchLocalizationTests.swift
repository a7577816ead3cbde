import AdversarialDetectors
import Foundation
import PixelCore
import Testing

@Suite("PatchLocalization")
struct PatchLocalizationTests {
    private static func signal(_ image: Image) throws -> Signal {
        try #require(try PatchLocalization(parameters: [:]).inspect(TestSubject.subject(image)))
    }

    @Test("a loud patch stands out, and the box is where it is", arguments: [1, 3])
    func patch(channels: Int) throws {
        let clean = try Self.signal(PlantedPicture.patched(channels: channels, isPatched: false))
        let attacked = try Self.signal(PlantedPicture.patched(channels: channels))
        #expect(attacked.score > 5 * clean.score)
        let box = try #require(attacked.boxes.first)
        // Windows begin at cells of 2 pixels and are 16 pixels wide, as the patch is.
        #expect(abs(box.x - 40) <= 2 && abs(box.y - 24) <= 2 && abs(box.width - 16) <= 4 && box.height == box.width)
        #expect(attacked.stratum == (channels == 1 ? "grey" : "colour"))
    }

    @Test(
        "an image without edges, or too small for a window, scores 0 without a box",
        arguments: [(1, 1), (3, 2), (50, 40)])
    func none(width: Int, height: Int) throws {
        let samples = [UInt8](repeating: 90, count: width * height * 3)
        let signal = try Self.signal(PlantedPicture.image(samples, width: width, height: height, channels: 3))
        #expect(signal.score == 0)
        #expect(signal.boxes.isEmpty)
    }

    private static let patches = try? FileManager.default.contentsOfDirectory(atPath: LabFiles.path("lab/cifar/patch"))
        .filter { $0.hasSuffix(".png") }.sorted()
    private static let clean = try? FileManager.default.contentsOfDirectory(
        atPath: LabFiles.path("lab/cifar/clean_test")
    ).filter { $0.hasSuffix(".png") }.sorted()

    @Test("patches of others stand out from clean images of others", .enabled(if: patches != nil && clean != nil))
    func lab() throws {
        let detector = try PatchLocalization(parameters: [:])
        func score(_ name: String) throws -> Double {
            try #require(try detector.inspect(LabFiles.subject("lab/cifar/\(name)"))).score
        }
        let attacked = try (Self.patches ?? []).map { try score("patch/\($0)") }
        let clean = try (Self.clean ?? []).map { try score("clean_test/\($0)") }
        #expect(attacked.min() ?? 0 > clean.max() ?? 9)
    }
}
