import AdversarialDetectors
import Foundation
import ImageCodecs
import ImageDefenses
import PixelCore
import Testing

@testable import AdmissionPolicy

@Suite("PolicyLoader")
struct PolicyLoaderTests {
    @Test("reads a sound policy with its defaults")
    func sound() throws {
        let plan = try PolicyFixture.plan()
        let route = try #require(plan.routes.first)
        #expect(plan.name == "small")
        #expect(plan.sha256.count == 64)
        #expect(plan.unmatched == .deny)
        #expect(route.mode == .enforce)
        #expect(route.bodyBytes == 20_000_000)
        #expect(route.decodeLimits.pixels == 50_000_000)
        #expect(route.decodeLimits.progressiveScans == 100)
        #expect(route.decodeOptions.background == [255, 255, 255])
        #expect(
            route.detectors.map(\.descriptor.name) == ["container-integrity", "feature-squeezing", "near-duplicates"])
        #expect(route.extraCalls == 2)
        #expect(route.failures.undecodable == .reject)
        #expect(route.disclosure == Disclosure(flag: false, divert: true))
        #expect(route.rules.map(\.line) == [14])
    }

    @Test(
        "every shipped policy loads without mistakes, and those that enforce deny what no route takes",
        arguments: PolicyLoader.builtInNames)
    func builtIn(name: String) throws {
        let plan = try #require(try PolicyLoader.builtIn(name))
        #expect(plan.name == name)
        let enforces = plan.routes.contains { $0.mode == .enforce }
        #expect(enforces == (name == "strict" || name == "cheque-intake"))
        #expect(plan.unmatched == (enforces ? .deny : .pass))
        #expect(plan.warnings.isEmpty, "\(plan.warnings.map(\.message))")
    }

    @Test("an unknown built-in name is none")
    func unknownBuiltIn() throws {
        #expect(try PolicyLoader.builtIn("lenient") == nil)
    }

    @Test("a mode given from outside holds for every route, with the calls and the denial that it needs")
    func overriddenMode() throws {
        let monitored = try PolicyFixture.plan().with(mode: .monitor)
        #expect(monitored.routes.map(\.mode) == [.monitor])
        #expect(monitored.routes.map(\.extraCalls) == [3])
        #expect(monitored.unmatched == .pass)
    }

    @Test("every mistake of a document is reported at once, in its order")
    func allTogether() {
        let text = """
            version: 2
            nmae: small
            mode: enforced
            routes:
              - name: images
                limits: {body_bytes: many, pixels: 50 MP, pixels: 1 MP}
                forward: {pixels: original, format: png}
                detectors: [{use: feature-squeezin}]
                rules:
                  - {when: {detector: nothing, above: {raw: 1}}, then: drop}

            """
        let mistakes = PolicyFixture.mistakes(text)
        #expect(
            mistakes.map { "\($0.line):\($0.column)" }
                == ["1:1", "1:10", "2:1", "3:7", "6:26", "6:47", "7:41", "8:17", "10:27", "10:60"])
        #expect(mistakes.contains { $0.message.contains("did you mean `name`?") })
        #expect(mistakes.contains { $0.message.contains("did you mean `enforce`?") })
        #expect(mistakes.contains { $0.message.contains("did you mean `feature-squeezing`?") })
    }
}

@Suite("Policy mistakes")
struct PolicyMistakeTests {
    @Test(
        "each says where it is and what would do",
        arguments: [
            ("scores: auto", "scores: automatic", 7, "auto, none"),
            ("scores: auto", "scores: {labels: a, array: /b}", 7, "either `labels` or `array`"),
            ("scores: auto", "scores: {array: p}", 7, "JSON pointer"),
            ("scores: auto", "scores: none", 11, "scores: none"),
            ("format: png", "format: gif", 8, "auto or png or jpeg or same"),
            ("format: png", "size: {width: 0, height: 4}", 8, "whole number"),
            ("format: png", "pipeline: [\"median(40)\"]", 8, "median: window"),
            ("format: png", "pipeline: [\"mediam(3)\"]", 8, "did you mean `median`?"),
            ("format: png", "pipeline: [{use: median, window: 3, region: box}]", 8, "no region `box`"),
            (
                "format: png", "size: {width: 9, height: 9}, pipeline: [\"area-resize(4,4)\"]", 8,
                "leave one of them out"
            ),
            ("{raw: 1.0}", "{rate: 1%}", 15, "needs a calibration"),
            ("{raw: 1.0}", "{raw: high}", 15, "must be a number"),
            ("{raw: 1.0}", "{rate: 1}", 15, "a share such as 1% or 0.01"),
            ("{raw: 1.0}", "{rate: 0%}", 15, "above 0 and below 1"),
            ("{raw: 1.0}", "{rate: -1%}", 15, "above 0 and below 1"),
            ("{raw: 1.0}", "{raw: 1, rate: 1%}", 15, "either {raw: number} or {rate: share}"),
            ("{raw: 1.0}", "{}", 15, "either {raw: number} or {rate: share}"),
            (
                "{detector: feature-squeezing, above: {raw: 1.0}}", "{combined: {rate: 1%}}", 15,
                "`portcullis calibrate`"
            ),
            ("{detector: feature-squeezing, above: {raw: 1.0}}", "{combined: {raw: 1}}", 15, "has no `rate`"),
            ("{detector: feature-squeezing, above: {raw: 1.0}}", "{combined: 1%}", 15, "must be a mapping"),
            (
                "{detector: feature-squeezing, above: {raw: 1.0}}",
                "{all: [always, {detector: near-duplicates, above: {rate: 1%}}]}", 15, "counts other requests"
            ),
            ("{raw: 1.0}", "1.0", 15, "must be a mapping"),
            ("above: {raw: 1.0}", "finding: odd", 15, "never reports"),
            (", above: {raw: 1.0}", "", 15, "either `above` or `finding`"),
            ("then: divert", "then: block", 16, "forward or flag or divert or reject"),
            ("        then: divert", "        than: divert", 16, "did you mean `then`?"),
            ("detector: feature-squeezing, above", "detector: near-duplicates, above", 14, "never acts alone"),
            ("when: {detector: feature-squeezing, above: {raw: 1.0}}", "when: {any: []}", 15, "at least one condition"),
            ("when: {detector: feature-squeezing, above: {raw: 1.0}}", "when: never", 15, "the word always"),
            ("paths: [\"/classify/**\"]", "paths: [\"classify\"]", 6, "must begin with /"),
            ("paths: [\"/classify/**\"]", "paths: [\"/a/../b\"]", 6, "canonical"),
            ("paths: [\"/classify/**\"]", "paths: [\"/caf%c3%a9\"]", 6, "capitals"),
            ("paths: [\"/classify/**\"]", "paths: [\"/%7Euser\"]", 6, "must not escape ~"),
            ("paths: [\"/classify/**\"]", "paths: [\"/a%2Fb\"]", 6, "can never match"),
            ("paths: [\"/classify/**\"]", "paths: [\"/a%+Fb\"]", 6, "no two hex digits follow"),
            ("paths: [\"/classify/**\"]", "paths: [\"/v1/{name}/x\"]", 6, "a variable segment is written *"),
            ("paths: [\"/classify/**\"]", "paths: [\"/a%zz\"]", 6, "hex digits"),
            ("methods: [POST]", "methods: [post]", 6, "capitals"),
            ("- container-integrity", "- {use: container-integrity, counted: most}", 10, "one of all, structure"),
            ("- near-duplicates", "- container-integrity", 12, "listed twice"),
            ("name: images", "name: images\n    limits: {extra_calls: 1}", 6, "up to 2 calls"),
            ("name: images", "name: images\n    background: white", 6, "must be a colour"),
            ("name: images", "name: images\n    handle: pass", 8, "has no use"),
            ("name: images", "name: images\n    regions: {amount: {x: 1.5, y: 0, width: 2, height: 2}}", 6, "fraction"),
            ("name: images", "name: images\n    name: again", 6, "more than once"),
            ("version: 1\n", "", 1, "has no `version`"),
            ("name: small", "name: &n small", 2, "aliases"),
        ])
    func message(old: String, new: String, line: Int, fragment: String) {
        let mistakes = PolicyFixture.mistakes(replacing: old, with: new)
        #expect(
            mistakes.contains { $0.line == line && $0.message.contains(fragment) },
            "\(mistakes.map { "\($0.line):\($0.column) \($0.message)" })")
    }

    @Test("a stray `*` in quotes or in a comment is no alias")
    func starsAreFine() {
        #expect(PolicyFixture.mistakes(replacing: "name: small", with: "name: \"a *b\" # see *here*").isEmpty)
    }
}

@Suite("Hostile policies")
struct HostilePolicyTests {
    @Test(
        "end in mistakes, never in a crash or a hang",
        arguments: [
            "", " ", "\0", "version: 1\0", "[", "{", "- - - -", "a: b: c", "\t", "%YAML 9.9\n---\n", "---\n---\n",
            "!!binary x",
            "? {a: b}\n: c", "? [a, b]\n: c", "version: [1]", "routes: 7", "version: 1\nname: x\nroutes: [[]]",
            "version: 1\nname: x\nroutes: [{}]", "\u{FEFF}version: 1", "a: &a [*a]", "a: !!python/object x",
        ])
    func odd(text: String) {
        #expect(!PolicyFixture.mistakes(text).isEmpty)
    }

    @Test("bytes that are no UTF-8, and a document that is too large, are refused")
    func notText() {
        #expect(throws: PolicyMistakes.self) { try PolicyLoader.load(bytes: [0xFF, 0xFE, 0x00], origin: "x") }
        let large = [UInt8](repeating: UInt8(ascii: "#"), count: PolicyTree.limitBytes + 1)
        #expect(throws: PolicyMistakes.self) { try PolicyLoader.load(bytes: large, origin: "x") }
    }

    @Test("expanding aliases and deep nesting are refused before they are expanded")
    func bombs() {
        var bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n"
        for (previous, name) in zip("abcdefgh", "bcdefghi") {
            bomb +=
                "\(name): &\(name) [*\(previous),*\(previous),*\(previous),*\(previous),*\(previous),*\(previous)]\n"
        }
        #expect(!PolicyFixture.mistakes(bomb).isEmpty)
        #expect(!PolicyFixture.mistakes(String(repeating: "[", count: 100_000)).isEmpty)
        #expect(!PolicyFixture.mistakes("a: " + String(repeating: "- ", count: 100_000) + "x").isEmpty)
    }

    @Test("many keys and many duplicates are bounded")
    func many() {
        let keys = (0..<20_000).map { "key\($0): 1\n" }.joined()
        #expect(PolicyFixture.mistakes("version: 1\n" + keys).count <= 200)
        #expect(!PolicyFixture.mistakes(String(repeating: "name: x\n", count: 200)).isEmpty)
    }

    @Test("a shipped policy cut off anywhere ends in mistakes or loads", arguments: ["strict"])
    func truncated(name: String) throws {
        let text = try #require(PolicyLoader.builtInText(name))
        var loaded = 0
        for length in stride(from: 0, to: text.count, by: 7) {
            do throws(PolicyMistakes) {
                _ = try PolicyLoader.load(bytes: Array(text.prefix(length)), origin: "cut")
                loaded += 1
            } catch {
                #expect(!error.mistakes.isEmpty)
            }
        }
        #expect(loaded < text.count / 7)
    }
}
