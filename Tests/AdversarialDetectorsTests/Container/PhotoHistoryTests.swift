import AdversarialDetectors
import Foundation
import ImageCodecs
import PixelCore
import Testing

@Suite("CompressionHistory on photographs")
struct PhotoHistoryTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../../shared/data/photos").standardized

    /// Every twentieth photograph; none where the folder is absent.
    static let files: [URL] = {
        let all = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        return all.sorted { $0.path < $1.path }.enumerated().filter { $0.offset % 20 == 0 }.map(\.element)
    }()

    private static func signal(_ image: Image, _ facts: ContainerFacts) throws -> Signal {
        try #require(try CompressionHistory(parameters: [:]).inspect(TestSubject.subject(image, facts: facts)))
    }

    @Test("as PNGs they have the history that their files had, and noise breaks it", .enabled(if: !files.isEmpty))
    func photographs() throws {
        for file in Self.files {
            let decoded = try CompressedImages.decoded([UInt8](Data(contentsOf: file)))
            let png = TestSubject.facts { $0.components = decoded.image.shape.channels }
            let signal = try Self.signal(decoded.image, png)
            let quality = try #require(decoded.facts.quantization?.quality, "\(file.lastPathComponent)")
            #expect(signal.score == 0, "\(file.lastPathComponent)")
            guard quality <= 98 else { continue }
            // A photograph that was compressed twice shows the first quality.
            let isDouble = signal.findings.contains("double-compression")
            #expect(isDouble || signal.value("quality") == Double(quality), "\(file.lastPathComponent)")
            #expect(signal.findings.contains("exact-jpeg-history"), "\(file.lastPathComponent)")
            let changed = try Self.signal(CompressedImages.moved(decoded.image, by: 2), png)
            #expect(changed.score > 0.3, "\(file.lastPathComponent)")
        }
    }
}
