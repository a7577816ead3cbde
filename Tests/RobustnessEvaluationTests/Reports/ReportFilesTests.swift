import AuditTrail
import Testing

@testable import RobustnessEvaluation

@Suite("ReportJSON")
struct ReportJSONTests {
    @Test("is canonical, and every number reads back as it was")
    func roundTrips() throws {
        let report = MadeUpImages.report([
            MadeUpImages.attacked("pgd", .flagged, pValue: 1.0 / 3), MadeUpImages.attacked("a\"\u{7}b", .forwarded),
            MadeUpImages.clean(.forwarded, pValue: 0.1 + 0.2),
        ])
        let bytes = ReportJSON.bytes(report)
        #expect(bytes.last == UInt8(ascii: "\n"))
        let value = try JSONParser.parse(Array(bytes.dropLast()))
        #expect(value.canonicalBytes() == Array(bytes.dropLast()))
        #expect(value["schema"]?.string == ReportJSON.schema)
        let cell = value["detection"]?.elements.first
        let (low, high) = Proportion(0, of: 1).interval
        #expect(cell?["detected"]?["low"]?.number == low)
        #expect(cell?["detected"]?["high"]?.number == high)
        #expect(value["images"]?.integer == 3)
    }
}

@Suite("ImagesCSV")
struct ImagesCSVTests {
    @Test("has a row for every image, with p-values that read back as they were")
    func rows() throws {
        var first = MadeUpImages.attacked("pgd", .flagged, pValue: 0.1 + 0.2)
        first.reasons = ["odd", "all"]
        first.gate = "closed"
        first.scores["patch"] = .init(score: 3, pValue: nil, boxes: [[1, 2, 3, 4], [5, 6, 7, 8]])
        first.behindGate = first.outcome
        let text = ImagesCSV.text([first, MadeUpImages.clean(.failed)])
        let records = try CSVReader.records(Array(text.utf8), origin: "images.csv")
        #expect(records.count == 3)
        let row = Dictionary(uniqueKeysWithValues: zip(records[0].fields, records[1].fields))
        #expect(row["verdict"] == "flagged")
        #expect(row["reasons"] == "odd all")
        #expect(row["verdict_behind_gate"] == "flagged")
        #expect(row["extra_calls"] == "2")
        #expect(row["combined_p_value"].flatMap { Double($0) } == 0.1 + 0.2)
        #expect(row["squeeze_p_value"].flatMap { Double($0) } == 0.1 + 0.2)
        #expect(row["squeeze_score"].flatMap { Double($0) } == 1 - (0.1 + 0.2))
        #expect(row["patch_boxes"] == "1 2 3 4;5 6 7 8")
        #expect(row["squeeze_boxes"] == nil)
        let last = Dictionary(uniqueKeysWithValues: zip(records[0].fields, records[2].fields))
        #expect(last["verdict"] == "failed")
        #expect(last["squeeze_p_value"] == "" && last["patch_boxes"] == "")
    }

    @Test(
        "no field is a formula",
        arguments: ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "'x"])
    func formulas(text: String) throws {
        var image = MadeUpImages.clean(.forwarded, file: text)
        image.unguardedLabel = text
        image.problem = text
        image.reasons = [text]
        let records = try CSVReader.records(Array(ImagesCSV.text([image]).utf8), origin: "images.csv")
        let row = Dictionary(uniqueKeysWithValues: zip(records[0].fields, records[1].fields))
        for column in ["file", "unguarded_label", "problem", "reasons"] { #expect(row[column] == "'" + text) }
    }
}

@Suite("PeerFigures and rows")
struct ReportRowsTests {
    private let report = MadeUpImages.report([
        MadeUpImages.attacked("pgd", .flagged, pValue: 0.01), MadeUpImages.attacked("pgd", .forwarded, pValue: 0.3),
        MadeUpImages.clean(.flagged, pValue: 0.02), MadeUpImages.clean(.forwarded, pValue: 0.6),
    ])

    @Test("rows are named by attack, role and rate; the combination has no name of its own")
    func names() {
        let names = report.rows().map(\.name)
        for name in [
            "detected pgd", "detected pgd at 5 %", "squeeze detected pgd at 1 %", "detected ALL at 5 %",
            "false positives clean_test at 5 %", "squeeze false positives clean_test at 1 %",
            "accepted with attacker's label pgd", "answered right and unflagged clean",
            "clean accuracy without the guard", "area under the curve", "squeeze area under the curve",
            "milliseconds p99", "accepted with attacker's label ALL if nothing was flagged",
            "accepted with attacker's label ALL if 5 % were flagged",
            "answered right and unflagged clean if 20 % were flagged",
        ] {
            #expect(names.contains(name), "\(name)")
        }
        #expect(Set(names).count == names.count)
        #expect(!report.rows(shown: []).contains { $0.name.hasPrefix("squeeze") })
        #expect(report.rows(shown: ["squeeze"]).count == names.count)
    }

    @Test("a peer stands beside its row; its ratio is better above 1, and absent where a target holds the value")
    func peers() throws {
        let peers = try PeerFigures(
            json: Array(
                #"{"detected pgd at 5 %":{"name":"ref","value":0.25},"false positives clean_test at 5 %":{"name":"ref","value":1}}"#
                    .utf8))
        let rows = report.rows(targets: ["detected ALL at 5 %": .atLeast(0.4)], peers: peers)
        let detected = try #require(rows.first { $0.name == "detected pgd at 5 %" })
        #expect(detected.peer == .init(name: "ref", value: 0.25, ratio: 2))
        let flagged = try #require(rows.first { $0.name == "false positives clean_test at 5 %" })
        #expect(flagged.peer?.ratio == 2)
        #expect(rows.first { $0.name == "detected ALL at 5 %" }?.isMet == true)
        let held = report.rows(targets: ["detected pgd at 5 %": .atLeast(0.6)], peers: peers)
        let row = try #require(held.first { $0.name == "detected pgd at 5 %" })
        #expect(row.peer?.ratio == nil)
        #expect(row.isMet == false)
    }

    @Test(
        "refuses figures that are none",
        arguments: [
            "", "[]", #"{"a":1}"#, #"{"a":{"name":"x"}}"#, #"{"a":{"name":"x","value":"1"}}"#,
            #"{"a":{"name":"x","value":1,"unit":"s"}}"#,
        ])
    func refuses(text: String) {
        #expect(throws: PeerFiguresError.self) { try PeerFigures(json: Array(text.utf8)) }
    }
}
