import AdversarialDetectors
import Foundation
import PixelCore
import Testing

@Suite("InkShape")
struct InkShapeTests {
    private static func signal(_ image: Image, leastShare: Double = 0.85) throws -> Signal? {
        try InkShape(parameters: ["least_share": .real(leastShare)]).inspect(TestSubject.subject(image))
    }

    /// White paper of 64 by 48 with two bars of ink and one frame around a hole; `change` turns pixels.
    private static func page(_ change: [(x: Int, y: Int)] = [], ink: UInt8 = 0, paper: UInt8 = 255) -> Image {
        var samples = [UInt8](repeating: paper, count: 64 * 48)
        func fill(_ columns: Range<Int>, _ rows: Range<Int>, _ level: UInt8) {
            for y in rows { for x in columns { samples[y * 64 + x] = level } }
        }
        fill(4..<10, 4..<44, ink)
        fill(14..<44, 8..<12, ink)
        fill(20..<40, 20..<40, ink)
        fill(26..<34, 26..<34, paper)
        for (x, y) in change { samples[y * 64 + x] = samples[y * 64 + x] == paper ? ink : paper }
        return PlantedPicture.image(samples, width: 64, height: 48, channels: 1)
    }

    @Test("straight outlines have no bump, and pieces and holes are counted")
    func clean() throws {
        let signal = try #require(try Self.signal(Self.page()))
        #expect(signal.score == 0)
        #expect(signal.boxes.isEmpty)
        #expect(signal.stratum == "bitonal")
        #expect(signal.value("components") == 3)
        #expect(signal.value("holes") == 1)
        #expect(signal.value("specks") == 0)
        // The bars have 2 (6 + 40) - 4 and 2 (30 + 4) - 4, the frame 2 (20 + 20) - 4 outside and 4 · 8 inside.
        let contour = 88 + 64 + 76 + 32
        #expect(signal.value("contour") == Double(contour))
    }

    @Test("the tip of a spur, the end of a notch and a speck are marks, in the box where they are")
    func marks() throws {
        let signal = try #require(
            try Self.signal(Self.page([(10, 20), (11, 20), (10, 23), (11, 23), (9, 27), (8, 27), (55, 30)])))
        #expect(signal.value("bumps") == 3)
        #expect(signal.value("dents") == 1)
        #expect(signal.value("specks") == 1)
        #expect(signal.value("components") == 4)
        #expect(signal.boxes == [try #require(Region(x: 8, y: 16, width: 16, height: 16))])
    }

    @Test(
        "more flips along the outline score higher, in either polarity and between other levels",
        arguments: [
            (UInt8(0), UInt8(255)), (255, 0), (20, 240),
        ])
    func ordered(ink: UInt8, paper: UInt8) throws {
        // Spurs and notches two pixels long on both sides of one bar.
        let flips = [(10, 18), (11, 18), (9, 21), (8, 21), (10, 24), (11, 24), (3, 20), (2, 20), (4, 26), (5, 26)]
        let scores = try stride(from: 0, through: flips.count, by: 2).map {
            try #require(try Self.signal(Self.page(Array(flips.prefix($0)), ink: ink, paper: paper))).score
        }
        #expect(zip(scores, scores.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test("a pixel that has levels between ink and paper around it is no mark")
    func soft() throws {
        var samples = [UInt8](repeating: 250, count: 40 * 40)
        for y in 0..<40 { for x in 0..<20 { samples[y * 40 + x] = 5 } }
        samples[20 * 40 + 20] = 5
        samples[20 * 40 + 21] = 5
        func score() throws -> Double {
            let image = PlantedPicture.image(samples, width: 40, height: 40, channels: 1)
            return try #require(try Self.signal(image)).score
        }
        #expect(try score() > 0)
        samples[21 * 40 + 21] = 140
        #expect(try score() == 0)
    }

    @Test("an image that is not ink on paper has no signal, unless the bound says so")
    func photograph() throws {
        let samples = PlantedPicture.samples(width: 50, height: 50, channels: 3)
        let image = PlantedPicture.image(samples, width: 50, height: 50, channels: 3)
        #expect(try Self.signal(image) == nil)
        #expect(try Self.signal(PlantedPicture.patched(), leastShare: 0.5) == nil)
        #expect(try #require(try Self.signal(Self.page(ink: 20, paper: 240))).stratum == "near-bitonal")
    }

    private static func files(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: LabFiles.path(folder)).filter { $0.hasSuffix(".png") }
            .sorted().map { "\(folder)/\($0)" }
    }

    @Test(
        "digits with flipped boundaries are rougher on average than clean ones",
        .enabled(if: FileManager.default.fileExists(atPath: LabFiles.path("lab/adaptive/mnist/scar_oblivious"))))
    func lab() throws {
        let detector = try InkShape(parameters: [:])
        func mean(_ folder: String) throws -> Double {
            let scores = try Self.files(folder).compactMap { try detector.inspect(LabFiles.subject($0))?.score }
            return scores.reduce(0, +) / Double(scores.count)
        }
        let clean = try mean("lab/adaptive/mnist/bitonal_test")
        #expect(try mean("lab/adaptive/mnist/scar_oblivious") > 1.5 * clean)
        #expect(try mean("lab/adaptive/mnist/scar_fs_aware") > 1.5 * clean)
    }
}
