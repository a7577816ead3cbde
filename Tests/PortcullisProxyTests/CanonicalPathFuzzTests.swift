import PixelCore
import Testing

@testable import PortcullisProxy

@Suite("TargetCanonicalizer on random targets")
struct CanonicalPathFuzzTests {
    private static let pieces = [
        "/", "//", ".", "..", "/.", "/..", "%2e", "%2E", "%2f", "%5C", "%00", "%41", "%7e", "%25", "%", "a", "B", ";",
        "|",
        "?", "#", "\\", "%e9",
    ]

    @Test("what it makes is canonical: the same again, without dot or empty segments", arguments: 0..<4)
    func idempotent(seed: UInt8) {
        var random = ChaChaGenerator(key: [seed, 1])
        var accepted = 0
        for _ in 0..<5000 {
            var text = "/"
            for _ in 0..<random.below(9) { text += Self.pieces[Int(random.below(UInt32(Self.pieces.count)))] }
            guard let path = try? canonical(text) else { continue }
            accepted += 1
            #expect((try? canonical(path)) == path, "\(text)")
            let segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
            #expect(!segments.contains("."), "\(text)")
            #expect(!segments.contains(".."), "\(text)")
            #expect(!segments.dropLast().contains(""), "\(text)")
            #expect(!path.contains("\\"), "\(text)")
        }
        #expect(accepted > 100)
    }

    private func canonical(_ text: String) throws(TargetFault) -> String {
        let bytes = Array(text.utf8)
        return String(decoding: try TargetCanonicalizer.canonicalize(bytes.span, isOptions: false).path, as: UTF8.self)
    }
}
