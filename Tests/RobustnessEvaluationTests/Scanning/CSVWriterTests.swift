import Testing

@testable import RobustnessEvaluation

@Suite("CSVWriter")
struct CSVWriterTests {
    @Test(
        "what a spreadsheet takes for a formula begins with an apostrophe, and reads back as it was",
        arguments: [
            "=cmd|' /C calc'!A0", "+1", "-2", "@sum(A1)", "\tx", "\rx", "\nx", "'quoted", "'=x", "plain", "", "a=b",
            "é", "名.png",
        ])
    func guards(text: String) {
        let field = CSVWriter.guarded(text)
        #expect(!["=", "+", "-", "@", "\t", "\r", "\n"].contains(field.unicodeScalars.first.map(String.init) ?? ""))
        #expect(CSVWriter.unguarded(field) == text)
    }

    @Test("commas, quotes and line endings survive", arguments: ["a,b", "say \"x\"", "two\r\nlines", " led", "end "])
    func quotes(text: String) throws {
        let record = CSVWriter.record(["x", text, "y"])
        let records = try CSVReader.records(Array(record.utf8), origin: "x")
        #expect(records.map(\.fields) == [["x", text, "y"]])
        #expect(record.hasSuffix("\r\n"))
    }
}
