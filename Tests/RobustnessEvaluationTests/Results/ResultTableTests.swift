import AuditTrail
import Foundation
import Testing

@testable import RobustnessEvaluation

@Suite("ResultTable")
struct ResultTableTests {
    private func table(_ rows: [ResultRow] = [], name: String = "latency") -> ResultTable {
        ResultTable(
            name: name, command: "make bench", commit: "0123abc", machine: "a \"machine\"", data: "loopback", rows: rows
        )
    }

    private static let rows = [
        ResultRow(
            name: "p50", value: 1.25, unit: "ms", interval: (1.2, 1.3),
            peer: .init(name: "nginx", value: 2.5, ratio: 2), target: .atLeast(0.5)),
        ResultRow(name: "detected", value: 0.9, unit: "share", target: .atLeast(0.985)),
        ResultRow(name: "resident | memory", value: 15_000_000, unit: "bytes"),
    ]

    @Test("is JSON of the agreed form")
    func json() throws {
        let expected = """
            {
              "name": "latency",
              "command": "make bench",
              "commit": "0123abc",
              "machine": "a \\"machine\\"",
              "data": "loopback",
              "rows": [
                {"name": "p50", "value": 1.25, "unit": "ms", "low": 1.2, "high": 1.3, "peer": "nginx", "peer_value": 2.5, "ratio": 2, "target": 0.5, "direction": "at_least"},
                {"name": "detected", "value": 0.9, "unit": "share", "low": null, "high": null, "peer": null, "peer_value": null, "ratio": null, "target": 0.985, "direction": "at_least"},
                {"name": "resident | memory", "value": 15000000, "unit": "bytes", "low": null, "high": null, "peer": null, "peer_value": null, "ratio": null, "informational": true}
              ]
            }

            """
        #expect(try table(Self.rows).json() == expected)
        #expect(try JSONParser.parse(Array(try table().json().utf8))["rows"] == .array([]))
    }

    @Test("is Markdown of the same rows")
    func markdown() throws {
        let text = try table(Self.rows).markdown()
        #expect(text.contains("| p50 | 1.25 | ms | 1.2 to 1.3 | nginx | 2.5 | 2 | ≥ 0.5 | yes |"))
        #expect(text.contains("| detected | 0.9 | share |  |  |  |  | ≥ 0.985 | no |"))
        #expect(text.contains("| resident \\| memory | 15000000 | bytes |  |  |  |  | informational |  |"))
    }

    @Test("the ratio's interval and the share of memory speed appear where there are any")
    func measuredBesideAPeer() throws {
        let row = ResultRow(
            name: "median(3)", value: 0.5, unit: "ns/pixel",
            peer: .init(name: "cv2", value: 0.75, ratio: 1.5, ratioInterval: (1.25, 1.75)), target: .atLeast(1),
            memoryShare: 0.25)
        let json = try table([row]).json()
        #expect(json.contains("\"ratio\": 1.5, \"ratio_low\": 1.25, \"ratio_high\": 1.75, \"memory_share\": 0.25, "))
        let lines = try table([row] + Self.rows).markdown().split(separator: "\n").suffix(6)
        #expect(lines.first?.hasSuffix("| met | share of memory speed |") == true)
        #expect(
            lines.contains("| median(3) | 0.5 | ns/pixel |  | cv2 | 0.75 | 1.5 (1.25 to 1.75) | ≥ 1 | yes | 0.25 |"))
        #expect(lines.contains("| p50 | 1.25 | ms | 1.2 to 1.3 | nginx | 2.5 | 2 | ≥ 0.5 | yes |  |"))
    }

    @Test("the introduction stands above the rows of the Markdown alone")
    func introduction() throws {
        let table = ResultTable(
            name: "x", command: "c", commit: "0", machine: "m", data: "d", rows: [], introduction: "| a |\n| --- |")
        #expect(try table.markdown().contains("- Data: d\n\n| a |\n| --- |\n\n| name |"))
        #expect(try !table.json().contains("| a |"))
    }

    @Test("a target applies to the ratio where there is one, else to the value")
    func targets() {
        var row = ResultRow(name: "x", value: 10, unit: "ms", target: .atMost(2))
        #expect(row.isMet == false)
        row.peer = .init(name: "nginx", value: 15, ratio: 1.5)
        #expect(row.isMet == true)
        row.peer = .init(name: "nginx", value: 15, ratio: nil)
        #expect(row.isMet == false)
        row.target = nil
        #expect(row.isMet == nil)
        #expect(table(Self.rows).misses.map(\.name) == ["detected"])
    }

    @Test("a figure that is not finite is refused", arguments: [Double.nan, .infinity, -.infinity])
    func notFinite(value: Double) {
        let rows = [
            ResultRow(name: "x", value: value, unit: "ms"),
            ResultRow(name: "x", value: 1, unit: "ms", interval: (0, value)),
            ResultRow(name: "x", value: 1, unit: "ms", peer: .init(name: "p", value: 1, ratio: value)),
            ResultRow(name: "x", value: 1, unit: "ms", target: .atLeast(value)),
            ResultRow(name: "x", value: 1, unit: "ms", memoryShare: value),
            ResultRow(
                name: "x", value: 1, unit: "ms",
                peer: .init(name: "p", value: 1, ratio: 1, ratioInterval: (value, 1))),
        ]
        for row in rows {
            #expect(throws: ResultError.notFinite(table: "latency", row: "x")) { try table([row]).json() }
            #expect(throws: ResultError.notFinite(table: "latency", row: "x")) { try table([row]).markdown() }
        }
    }

    @Test("writes both files, and nothing under another name")
    func writes() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("results-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try table(Self.rows).write(into: folder)
        try table([], name: "pass-through").write(into: folder)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
                == ["latency.json", "latency.md", "pass-through.json", "pass-through.md"])
        let json = try String(contentsOfFile: folder + "/latency.json", encoding: .utf8)
        #expect(try json == table(Self.rows).json())
        for name in ["", "../x", "a/b", "Latency", "a.b"] {
            #expect(throws: ResultError.badName(name)) { try table([], name: name).write(into: folder) }
        }
    }

    @Test("nothing is a row of no figure")
    func nothing() {
        #expect(ResultRow(name: "x", Proportion(0, of: 0)) == nil)
        #expect(ResultRow(name: "x", Proportion(1, of: 4))?.value == 0.25)
    }

    @Test(
        "prints four significant digits",
        arguments: [
            (0, "0"), (0.98523, "0.9852"), (1, "1"), (12.3456, "12.35"), (123.456, "123.5"), (1234.5678, "1235"),
            (15_000_000, "15000000"), (0.00012345, "0.0001234"), (0.00001, "1.000e-05"), (-2.5, "-2.5"),
            (1e20, "1.000e+20"),
        ] as [(Double, String)])
    func significant(value: Double, expected: String) {
        #expect(Decimals.significant(value) == expected)
    }

    @Test("the machine is described")
    func machine() {
        #expect(MachineDescription.current().contains("processors"))
        #expect(MachineDescription.value(of: "model name", in: "a : b\nmodel name\t: X 1: Y\n") == "X 1: Y")
        #expect(MachineDescription.value(of: "model name", in: "") == nil)
    }
}

@Suite("TextTable")
struct TextTableTests {
    @Test("columns are as wide as their widest cell, in characters")
    func widths() {
        var table = TextTable(headings: ["name", "n"])
        table.add(["é😀", "100"])
        table.add(["a", "1", "left out"])
        table.add([])
        #expect(table.render() == "name    n\n---------\né😀    100\na       1\n\n")
    }

    @Test("a hostile cell cannot move the cursor")
    func hostile() {
        var table = TextTable(headings: ["name"])
        table.add(["\u{1B}[2J\r\n\u{9B}x"])
        #expect(table.render() == "name\n--------\n?[2J???x\n")
    }
}
