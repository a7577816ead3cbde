import Foundation
import Logging
import Testing

@testable import PortcullisCLI

@Suite("JSONText")
struct JSONTextTests {
    @Test("keeps the order of members and escapes what JSON forbids")
    func writesLine() {
        let value = JSONText.object([
            ("b", .text("a\"\\\n\u{1}")), ("a", .array([.integer(1), .number(0.5), .null, .flag(true)])),
        ])
        #expect(value.line == #"{"b":"a\"\\\n\u0001","a":[1,0.5,null,true]}"#)
    }

    @Test("reads back through another parser", arguments: ["", "é漢🙂", "\u{2028}\t\r", "</script>"])
    func readsBack(text: String) throws {
        let data = Data(JSONText.array([.text(text)]).line.utf8)
        #expect(try JSONSerialization.jsonObject(with: data) as? [String] == [text])
    }

    @Test("numbers that JSON cannot hold become null", arguments: [Double.nan, .infinity, -.infinity])
    func hidesInfinities(value: Double) {
        #expect(JSONText.number(value).line == "null")
    }

    @Test("the long form parses to the same value")
    func writesPretty() throws {
        let value = JSONText.object([("a", .array([])), ("b", .object([("c", .integer(1))]))])
        let short = try JSONSerialization.jsonObject(with: Data(value.line.utf8)) as? NSDictionary
        #expect(try JSONSerialization.jsonObject(with: Data(value.pretty.utf8)) as? NSDictionary == short)
        #expect(value.pretty.contains("\n  \"b\": {"))
    }
}

@Suite("TextTable")
struct TextTableTests {
    @Test("pads columns to their widest cell and leaves no blanks at the end")
    func aligns() {
        var table = TextTable(["name", "n"], alignments: [.left, .right])
        table.add(["a", "10"])
        table.add(["longer"])
        #expect(table.lines() == ["name     n", "a       10", "longer"])
    }

    @Test("paints rows and never the headings")
    func paints() {
        var table = TextTable(["h"])
        table.add(["x"])
        #expect(table.lines { _, _, text in "<\(text)>" } == ["h", "<x>"])
    }

    @Test("escapes bars in Markdown")
    func writesMarkdown() {
        var table = TextTable(["a"])
        table.add(["x|y"])
        #expect(table.markdown() == ["| a |", "| --- |", "| x\\|y |"])
    }
}

@Suite("Progress")
struct ProgressTests {
    @Test("says how fast and how long")
    func saysRate() {
        #expect(
            Progress.line(label: "images", done: 50, total: 200, elapsed: .seconds(2))
                == "images 50/200, 25/s, 6 s left")
        #expect(Progress.line(label: "images", done: 0, total: 9, elapsed: .zero) == "images 0/9")
    }
}

@Suite("LineLogHandler")
struct LineLogHandlerTests {
    private static let time = Date(timeIntervalSince1970: 1_700_000_000.25)

    @Test("a plain line stays one line, whatever a value holds")
    func staysOneLine() {
        let line = LineLogHandler.line(
            time: Self.time, level: .warning, message: "hello", members: [("path", "a\nb\r")], format: .plain)
        #expect(line == "2023-11-14T22:13:20.250Z warning hello  path=a\\nb\\r")
    }

    @Test("a JSON line is an object of texts")
    func writesJSON() throws {
        let line = LineLogHandler.line(
            time: Self.time, level: .info, message: "a \"b\"", members: [("k", "v")], format: .json)
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String]
        #expect(object?["message"] == "a \"b\"")
        #expect(object?["k"] == "v")
        #expect(object?["time"] == "2023-11-14T22:13:20.250Z")
    }
}
