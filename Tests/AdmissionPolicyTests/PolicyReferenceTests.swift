import Foundation
import Testing

@testable import AdmissionPolicy

@Suite("PolicyReference")
struct PolicyReferenceTests {
    @Test("docs/policy-keys.md says what the decoder reads; `make docs` writes it anew")
    func isCurrent() throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "docs/policy-keys.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        #expect(text.hasSuffix(PolicyReference.markdown))
    }

    @Test("every default in the tables is one that its own kind takes")
    func defaults() {
        for key in PolicyTable.all.flatMap(\.keys) {
            guard let text = key.defaultText, !text.isEmpty else { continue }
            switch key.kind {
            case .choice(let words): #expect(words.contains(text), "\(key.name)")
            case .bytes(let range):
                #expect(SizeText.parse(text, units: SizeText.byteUnits).map(range.contains) == true, "\(key.name)")
            case .pixels(let range):
                #expect(SizeText.parse(text, units: SizeText.pixelUnits).map(range.contains) == true, "\(key.name)")
            case .count(let range): #expect(Int(text).map(range.contains) == true, "\(key.name)")
            case .share: #expect(ShareText.parse(text) != nil, "\(key.name)")
            case .flag: #expect(text == "true" || text == "false", "\(key.name)")
            case .text, .texts, .section: #expect(!text.isEmpty)
            }
        }
    }
}
