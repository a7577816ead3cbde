import AdmissionPolicy
import Testing

@testable import RobustnessEvaluation

@Suite("CanaryList")
struct CanaryListTests {
    private func parse(_ text: String) throws(ManifestError) -> CanaryList {
        try CanaryList.parse(Array(text.utf8), origin: "canaries.csv")
    }

    @Test("reads what a scan writes, and passes over other columns")
    func reads() throws {
        let list = try parse(
            "file,sha256,verdict,reasons,label,path\nclean/a.png,ab,forward,,cat,/predict\nb.png,,divert,odd,,\n")
        #expect(list.rows.map(\.verdict) == [.forward, .divert])
        #expect(list.rows[0].path == "/predict")
        #expect(list.rows[0].label == "cat")
        #expect(list.rows[1].label == nil)
        #expect(list.rows[1].sha256 == nil)
    }

    @Test(
        "names line and column of what is wrong",
        arguments: [
            ("", 0), ("file,verdict\n", 0), ("file,label\na.png,cat\n", 1), ("file,verdict\na.png,maybe\n", 2),
            ("file,verdict\n../a.png,forward\n", 2), ("file,verdict\n/etc/passwd,forward\n", 2),
            ("file,verdict,path\na.png,forward,predict\n", 2), ("file,verdict\na.png,forward,x\n", 2),
        ])
    func mistakes(text: String, line: Int) {
        let error = #expect(throws: ManifestError.self) { try parse(text) }
        if line > 0 { #expect(error?.description.contains("canaries.csv:\(line):") == true) }
    }
}
