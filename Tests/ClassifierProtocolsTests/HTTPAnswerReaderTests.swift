import AdmissionPolicy
import AdversarialDetectors
import AuditTrail
import GuardPipeline
import Testing

@testable import ClassifierProtocols

@Suite("HTTPAnswerReader")
struct HTTPAnswerReaderTests {
    private func answer(_ json: String) -> ProbeAnswer {
        ProbeAnswer(status: 200, headers: [], body: Array(json.utf8))
    }

    @Test(
        "finds the usual shapes without being told",
        arguments: [
            (#"{"cat": 0.25, "ant": 0.75}"#, [["ant", "cat"]], [[0.75, 0.25]]),
            (#"[0.5, 0.5]"#, [["0", "1"]], [[0.5, 0.5]]),
            (#"{"probabilities": [0.1, 0.9]}"#, [["0", "1"]], [[0.1, 0.9]]),
            (
                #"{"predictions": [[0.1, 0.9], [1, 0]], "took_ms": 4}"#, [["0", "1"], ["0", "1"]],
                [[0.1, 0.9], [1, 0]]
            ),
            (
                #"[{"label": "tabby", "score": 0.9}, {"label": "dog", "score": 0.1}]"#, [["tabby", "dog"]],
                [[0.9, 0.1]]
            ),
            (#"{"outputs": {"probabilities": [1]}, "model": "m"}"#, [["0"]], [[1]]),
        ])
    func automatic(json: String, labels: [[String]], values: [[Double]]) throws {
        let found = try #require(try HTTPAnswerReader().scores(in: answer(json), at: .automatic))
        #expect(found.vectors.map(\.labels) == labels)
        #expect(found.vectors.map(\.values) == values)
    }

    @Test("a star reads one vector for every digit of a cheque")
    func star() throws {
        let json = #"{"amount": 41, "digits": [{"p": [0.1, 0.9]}, {"p": [0.8, 0.2]}]}"#
        let found = try #require(
            try HTTPAnswerReader().scores(in: answer(json), at: .array(pointer: "/digits/*/p", labels: ["a", "b"])))
        #expect(found.label == "b,a")
    }

    @Test("a label map may lie under a pointer with escapes")
    func escapedPointer() throws {
        let json = #"{"a/b": {"~": {"cat": 1, "dog": 0}}}"#
        let found = try #require(
            try HTTPAnswerReader().scores(in: answer(json), at: .labelMap(pointer: "/a~1b/~0")))
        #expect(found.label == "cat")
    }

    @Test(
        "an answer without usable scores is an error, never a guess",
        arguments: [
            ("", ScoreLocation.automatic), ("<html>", .automatic), (#"{"cat": "high"}"#, .automatic),
            (#"{"class_id": 3, "took_ms": 41.2}"#, .automatic), ("[3, 1, 2]", .automatic),
            (#"{"amount": 401}"#, .automatic),
            (#"{"a": 0.9, "b": 0.9}"#, .automatic), (#"{"a": -0.1, "b": 0.9}"#, .automatic), ("{}", .automatic),
            ("[]", .automatic), (#"{"p": [true, false]}"#, .array(pointer: "/p", labels: [])),
            (#"{"p": [1]}"#, .array(pointer: "/q", labels: [])), (#"{"p": []}"#, .array(pointer: "/p", labels: [])),
            (#"{"digits": []}"#, .array(pointer: "/digits/*/p", labels: [])),
            (#"{"p": {"a": null}}"#, .labelMap(pointer: "/p")),
        ])
    func unusable(json: String, location: ScoreLocation) {
        #expect(throws: AnswerError.self) { try HTTPAnswerReader().scores(in: answer(json), at: location) }
    }

    @Test("an answer that nests too deep is an error", arguments: [40, 5000, 200_000])
    func deep(levels: Int) {
        let json = String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
        #expect(throws: AnswerError.self) { try HTTPAnswerReader().scores(in: answer(json), at: .automatic) }
    }

    @Test("a route that says there are no scores reads none")
    func absent() throws {
        #expect(try HTTPAnswerReader().scores(in: answer("no json"), at: .absent) == nil)
    }
}

@Suite("JSONPointer")
struct JSONPointerTests {
    @Test("refuses what RFC 6901 does not allow", arguments: ["a", "a/b", "/~", "/~2", "/a~"])
    func malformed(text: String) {
        #expect(JSONPointer(text) == nil)
    }

    @Test("the empty pointer is the whole document")
    func whole() throws {
        let pointer = try #require(JSONPointer(""))
        #expect(try pointer.values(in: .number(1)) == [.number(1)])
    }

    @Test("an index out of range, and a name on a number, lead nowhere", arguments: ["/2", "/-1", "/x", "/0/a"])
    func nowhere(text: String) throws {
        let pointer = try #require(JSONPointer(text))
        #expect(throws: AnswerPathError.self) { try pointer.values(in: .array([.number(1), .number(2)])) }
    }
}
