import Foundation
import Testing

@testable import RobustnessEvaluation

@Suite("Manifest")
struct ManifestTests {
    private static let lab = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../../../shared/data/lab").standardizedFileURL.path

    @Test("the image that one was made from is taken where the manifest says it")
    func sources() throws {
        let text =
            "file,attack,true_label,pred_adv_png,still_adversarial,source_file\na,b,1,2,1,s.png\nc,b,1,2,1,\nd,b,1,2,1\n"
        let manifest = try Manifest.parse(Array(text.utf8), origin: "m")
        #expect(manifest.rows.map(\.source) == ["s.png", nil, nil])
        let clean = try Manifest.parse(Array("file,role,true_label,source_file\na,r,1,s.png\n".utf8), origin: "m")
        #expect(clean.rows.map(\.source) == [nil])
    }

    @Test(
        "reads the lab's attacked images",
        arguments: [
            ("mnist", (470, 410, 11)), ("cifar", (570, 452, 12)), ("adaptive/mnist", (150, 143, 3)),
            ("adaptive/cifar", (500, 433, 10)),
        ])
    func labAttacks(folder: String, expected: (rows: Int, stillAdversarial: Int, attacks: Int)) throws {
        let manifest = try Manifest.load("\(Self.lab)/\(folder)/manifest.csv")
        #expect(manifest.rows.count == expected.rows)
        #expect(manifest.rows.count(where: \.isStillAdversarial) == expected.stillAdversarial)
        #expect(Set(manifest.rows.map(\.attack)).count == expected.attacks)
        #expect(manifest.rows.allSatisfy { FileManager.default.fileExists(atPath: manifest.path(of: $0)) })
        #expect(manifest.rows.allSatisfy { $0.isStillAdversarial == ($0.attackerLabel != $0.trueLabel) })
    }

    @Test("reads the lab's clean images by role")
    func labClean() throws {
        let manifest = try Manifest.load("\(Self.lab)/mnist/clean.csv")
        let roles = Dictionary(grouping: manifest.rows, by: \.role).mapValues(\.count)
        #expect(roles == ["clean_cal": 200, "clean_test": 100, "source": 50])
        #expect(manifest.rows.allSatisfy { $0.attack == nil && $0.attackerLabel == nil && !$0.isStillAdversarial })
    }

    @Test("gives typed rows with their lines, whatever the order of the columns")
    func rows() throws {
        let text =
            "still_adversarial,attack,library,pred_adv_png,file,true_label\n"
            + "1,scar,\"own(black-box greedy, \"\"probabilities\"\")\",2,a/b.png,0\r\n\n0,\"pg\nd\",x,4,c.png,4"
        let manifest = try Manifest.parse(Array(text.utf8), origin: "some/folder/m.csv")
        #expect(manifest.rows.map(\.line) == [2, 4])
        #expect(manifest.rows.map(\.attack) == ["scar", "pg\nd"])
        #expect(manifest.rows.map(\.attackerLabel) == ["2", "4"])
        #expect(manifest.rows.map(\.isStillAdversarial) == [true, false])
        #expect(manifest.path(of: manifest.rows[0]) == "some/folder/a/b.png")
    }

    static let attacked = "file,attack,true_label,pred_adv_png,still_adversarial\n"

    @Test(
        "names the column and the line of a mistake",
        arguments: [
            ("", .empty(origin: "m")),
            (
                "file,attack,true_label,still_adversarial\n",
                .missingColumn(origin: "m", line: 1, column: "pred_adv_png")
            ),
            ("file,true_label\n", .missingColumn(origin: "m", line: 1, column: "role")),
            ("\n\nfile,role\n", .missingColumn(origin: "m", line: 3, column: "true_label")),
            ("file,role,true_label,role\n", .repeatedColumn(origin: "m", line: 1, column: "role")),
            (attacked + "a,b,1,2,1\na,b,1\n", .missingField(origin: "m", line: 3, column: "still_adversarial")),
            (attacked + "a,b,1,2,1,9\n", .tooManyFields(origin: "m", line: 2, found: 6, expected: 5)),
            (
                attacked + "a,b,1,2,yes\n",
                .badField(origin: "m", line: 2, column: "still_adversarial", value: "yes", expected: "0 or 1")
            ),
            (
                attacked + "a,b,,2,1\n",
                .badField(origin: "m", line: 2, column: "true_label", value: "", expected: "a value")
            ),
            (
                attacked + "../../etc/passwd,b,1,2,1\n",
                .badField(
                    origin: "m", line: 2, column: "file", value: "../../etc/passwd",
                    expected: "a path below the manifest's folder")
            ),
            (
                attacked + "/etc/passwd,b,1,2,1\n",
                .badField(
                    origin: "m", line: 2, column: "file", value: "/etc/passwd",
                    expected: "a path below the manifest's folder")
            ),
            (attacked + "a,\"b,1,2,1\nc,d", .badQuote(origin: "m", line: 2)),
            (attacked + "a,\"b\"c,1,2,1\n", .badQuote(origin: "m", line: 2)),
            (attacked + "a,b\"c,1,2,1\n", .badQuote(origin: "m", line: 2)),
        ] as [(String, ManifestError)])
    func mistakes(text: String, expected: ManifestError) {
        #expect(throws: expected) { try Manifest.parse(Array(text.utf8), origin: "m") }
    }

    @Test("bytes that are not UTF-8 are a mistake with its line")
    func notUTF8() {
        #expect(throws: ManifestError.notUTF8(origin: "m", line: 2)) {
            try Manifest.parse(Array(Self.attacked.utf8) + [0xFF, 0x2C], origin: "m")
        }
    }

    @Test("the message begins with file and line")
    func message() {
        let error = ManifestError.missingColumn(origin: "lab/m.csv", line: 1, column: "attack")
        #expect(error.description == "lab/m.csv:1: the column \"attack\" is missing")
    }

    @Test("a file that is not there is a mistake")
    func absent() {
        #expect(throws: ManifestError.unreadable(origin: "/nowhere.csv")) { try Manifest.load("/nowhere.csv") }
    }
}

@Suite("CSVReader")
struct CSVReaderTests {
    @Test(
        "reads RFC 4180",
        arguments: [
            ("a,b\r\nc,d\r\n", [["a", "b"], ["c", "d"]]), ("a,b\nc,d", [["a", "b"], ["c", "d"]]),
            ("\u{FEFF}a\n", [["a"]]), ("a,\n", [["a", ""]]), (",", [["", ""]]), ("\"\"", [[""]]),
            ("\"a\"\"b\",\"c,d\"\n", [["a\"b", "c,d"]]), ("\"a\r\nb\"\r\n", [["a\r\nb"]]),
            ("a\rb,c\n", [["a\rb", "c"]]),
            ("a\r", [["a"]]), ("\n\n", []), ("", []),
        ] as [(String, [[String]])])
    func reads(text: String, expected: [[String]]) throws {
        #expect(try CSVReader.records(Array(text.utf8), origin: "m").map(\.fields) == expected)
    }

    @Test("any bytes give records or a mistake")
    func anyBytes() {
        var state: UInt64 = 1
        var count = 0
        for _ in 0..<20_000 {
            var bytes: [UInt8] = []
            for _ in 0..<8 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                bytes.append(Array("\",\n\ra\u{0}é".utf8)[Int(state >> 33) % 8])
            }
            do throws(ManifestError) {
                count += try CSVReader.records(bytes, origin: "m").count
            } catch {
                #expect(error.description.hasPrefix("m:"))
            }
        }
        #expect(count > 0)
    }
}
