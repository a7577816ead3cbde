import DigitClassifier
import Testing

@testable import PortcullisCLI

@Suite("DemoRow")
struct DemoRowTests {
    private static func example(attacked: Bool) throws -> DemoExample {
        try #require(DemoExample.all().first { ($0.attackers != nil) == attacked })
    }

    @Test("an attacker's reading that reached the client is missed, flagged or not", arguments: ["forward", "flag"])
    func countsMisses(verdict: String) throws {
        let example = try Self.example(attacked: true)
        let passed = DemoRow(
            example: example, unguarded: example.attackers, guarded: example.attackers, verdict: verdict)
        #expect(passed.isMissed)
        let held = DemoRow(example: example, unguarded: example.attackers, guarded: nil, verdict: "divert")
        #expect(!held.isMissed)
        #expect(!held.isHeldUp)
    }

    @Test("a clean picture without its answer, or with another one, is held up")
    func countsHeldUp() throws {
        let example = try Self.example(attacked: false)
        let fine = DemoRow(example: example, unguarded: example.truth, guarded: example.truth, verdict: "forward")
        #expect(!fine.isHeldUp)
        #expect(DemoRow(example: example, unguarded: example.truth, guarded: nil, verdict: "divert").isHeldUp)
        #expect(DemoRow(example: example, unguarded: example.truth, guarded: "x", verdict: "forward").isHeldUp)
        #expect(DemoRow(example: example, unguarded: example.truth, guarded: example.truth, verdict: "flag").isHeldUp)
    }

    @Test("guarded is null where no answer was given")
    func writesNull() throws {
        let example = try Self.example(attacked: true)
        let line = DemoRow(example: example, unguarded: "7", guarded: nil, verdict: "divert").json.line
        #expect(line.contains("\"guarded\":null,\"verdict\":\"divert\""))
    }

    @Test(
        "the reading of an answer is its amount or its digit",
        arguments: [
            ("{\"amount\":701,\"digits\":[]}", "701"), ("{\"digit\":7}", "7"), ("{\"error\":\"x\"}", nil), ("x", nil),
        ] as [(String, String?)])
    func reads(body: String, expected: String?) {
        #expect(DemoReading.text(Array(body.utf8)) == expected)
    }
}
