import Testing

@testable import AdmissionPolicy

@Suite("FlatYAML")
struct FlatYAMLTests {
    private static func read(_ text: String) -> FlatYAML.Reading { FlatYAML.read(Array(text.utf8)) }

    @Test("gives names, values and places in order")
    func reads() {
        let reading = Self.read("# ours\nlisten: 127.0.0.1:80 # here\n\nkey_file: 'a b'\n")
        #expect(reading.mistakes.isEmpty)
        #expect(reading.entries.map(\.key) == ["listen", "key_file"])
        #expect(reading.entries.map(\.value) == ["127.0.0.1:80", "a b"])
        #expect(reading.entries.map(\.line) == [2, 4])
    }

    @Test("an empty document has no entries", arguments: ["", "\n", "# nothing\n", "---\n"])
    func readsNothing(text: String) {
        #expect(Self.read(text) == FlatYAML.Reading())
    }

    @Test("keeps what it can read beside what is wrong, with lines")
    func reportsTogether() {
        let reading = Self.read("a: 1\nb: [1]\nc: {d: 1}\ne:\nf: 2\n")
        #expect(reading.entries.map(\.key) == ["a", "f"])
        #expect(reading.mistakes.map(\.line) == [2, 3, 4])
    }

    @Test(
        "what is no flat mapping is a mistake",
        arguments: ["- a\n", "word\n", "a: 1\na: 2\n", "a: 'b\n", "\t: x\n", "a: 1\n--- \nb: 2\n"])
    func refuses(text: String) {
        let reading = Self.read(text)
        #expect(!reading.mistakes.isEmpty)
        #expect(reading.entries.isEmpty)
    }

    @Test("a repeated name is reported at its second line")
    func placesDuplicates() {
        #expect(Self.read("listen: a\nadmin: b\nlisten: c\n").mistakes.first?.line == 3)
    }

    @Test("bytes that are no text are a mistake")
    func refusesBytes() {
        #expect(FlatYAML.read([0xFF, 0xFE]).mistakes.count == 1)
    }
}
