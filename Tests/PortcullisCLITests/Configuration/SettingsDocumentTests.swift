import Foundation
import Testing

@testable import PortcullisCLI

@Suite("SettingsDocument")
struct SettingsDocumentTests {
    @Test("docs/configuration.md holds the tables that the settings give")
    func isCurrent() throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs/configuration.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        #expect(text.contains(SettingsDocument.markdown), "run `portcullis config document` and put its output there")
    }
}
