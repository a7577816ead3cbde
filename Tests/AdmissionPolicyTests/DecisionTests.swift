import AdversarialDetectors
import Foundation
import ImageCodecs
import Testing

@testable import AdmissionPolicy

@Suite("RoutePlan.decide")
struct DecisionTests {
    private static func route(_ rules: String) throws -> RoutePlan {
        let head = PolicyFixture.text.prefix { $0 != "\0" }
        let cut = head.range(of: "    rules:\n").map { head[..<$0.lowerBound] } ?? head[...]
        let plan = try PolicyFixture.plan(String(cut) + "    rules:\n" + rules)
        return try #require(plan.routes.first)
    }

    private func input(squeezing: Double? = nil, findings: [String] = [], answer: ModelAnswer? = nil) -> DecisionInput {
        var signals = [Signal(detector: "container-integrity", score: Double(findings.count), findings: findings)]
        if let squeezing { signals.append(Signal(detector: "feature-squeezing", score: squeezing)) }
        let facts = ContainerFacts(
            format: .png, encodedBytes: 100, codedWidth: 4, codedHeight: 4, bitDepth: 8, components: 3,
            colourModel: .rgb)
        return DecisionInput(signals: signals, facts: facts, pixels: 16, answer: answer)
    }

    private static let ladder = """
              - {name: a, when: {detector: feature-squeezing, above: {raw: 0.5}}, then: flag}
              - {name: b, when: {detector: feature-squeezing, above: {raw: 1.0}}, then: reject}
              - {name: c, when: {detector: container-integrity, finding: trailing-bytes}, then: divert}
              - {name: d, when: {detector: feature-squeezing, above: {raw: 1.0}}, then: reject}

        """

    @Test(
        "the most severe match decides, the first of equals, and every match is named",
        arguments: [
            (0.5, [], VerdictKind.forward, []), (0.6, [], .flag, ["a"]), (1.5, [], .reject, ["b", "a", "d"]),
            (0.1, ["trailing-bytes"], .divert, ["c"]), (0.6, ["trailing-bytes"], .divert, ["c", "a"]),
            (2, ["trailing-bytes"], .reject, ["b", "a", "c", "d"]),
        ] as [(Double, [String], VerdictKind, [String])])
    func severity(score: Double, findings: [String], kind: VerdictKind, reasons: [String]) throws {
        let verdict = try Self.route(Self.ladder).decide(input(squeezing: score, findings: findings))
        #expect(verdict.kind == kind)
        #expect(verdict.reasons == reasons)
    }

    @Test("a score at the threshold is not above it, and an absent score matches nothing")
    func strictness() throws {
        let route = try Self.route(Self.ladder)
        #expect(route.decide(input(squeezing: 1.0)).kind == .flag)
        #expect(route.decide(input()).kind == .forward)
    }

    @Test("a score that is no number is as odd as can be; minus infinity, a detector's silence, is not odd")
    func notANumber() throws {
        let route = try Self.route(Self.ladder)
        #expect(route.decide(input(squeezing: .nan)).kind == .reject)
        #expect(route.decide(input(squeezing: .infinity)).kind == .reject)
        #expect(route.decide(input(squeezing: -.infinity)).kind == .forward)
    }

    @Test(
        "conditions combine",
        arguments: [
            ("always", true), ("{not: always}", false), ("{all: [always, {format: png}]}", true),
            ("{all: [always, {format: jpeg}]}", false), ("{any: [{format: jpeg}, {pixels_above: 15}]}", true),
            ("{pixels_above: 16}", false), ("{label: [cat]}", true), ("{label: [dog, bird]}", false),
            ("{confidence_below: 0.9}", true), ("{confidence_below: 0.8}", false),
            ("{not: {any: [{label: dog}, {detector: container-integrity, finding: gamma}]}}", true),
        ])
    func conditions(condition: String, matches: Bool) throws {
        let route = try Self.route("      - {name: one, when: \(condition), then: reject}\n")
        let vector = try #require(ScoreVector(labels: ["cat", "dog"], values: [0.8, 0.2]))
        let verdict = route.decide(input(squeezing: 0, answer: ModelAnswer(vectors: [vector])))
        #expect((verdict.kind == .reject) == matches)
    }

    @Test(
        "before the model is asked, only rules that need no answer count",
        arguments: [
            ("always", true), ("{detector: container-integrity, finding: trailing-bytes}", true),
            ("{not: {detector: feature-squeezing, above: {raw: 1}}}", false), ("{not: {label: cat}}", false),
            ("{any: [always, {confidence_below: 0.5}]}", false),
        ])
    func early(condition: String, matches: Bool) throws {
        let route = try Self.route("      - {name: one, when: \(condition), then: reject}\n")
        let verdict = route.decideBeforeAsking(input(findings: ["trailing-bytes"]))
        #expect((verdict.kind == .reject) == matches)
    }

    @Test(
        "near-duplicates may strengthen another condition but not act alone",
        arguments: [
            ("{detector: near-duplicates, above: {raw: 3}}", false),
            ("{any: [{detector: near-duplicates, above: {raw: 3}}, {format: jpeg}]}", false),
            ("{all: [{detector: near-duplicates, above: {raw: 3}}, {not: {format: jpeg}}]}", false),
            ("{all: [{detector: near-duplicates, above: {raw: 3}}, {confidence_below: 0.5}]}", true),
        ])
    func duplicates(condition: String, isAllowed: Bool) {
        let loads = (try? Self.route("      - {name: one, when: \(condition), then: flag}\n")) != nil
        #expect(loads == isAllowed)
    }
}

@Suite("Routes")
struct RouteMatchTests {
    @Test(
        "a pattern takes whole segments",
        arguments: [
            ("/a", "/a", true), ("/a", "/a/", false), ("/a", "/ab", false), ("/a/*", "/a/b", true),
            ("/a/*", "/a/b/c", false),
            ("/a/*", "/a/", false), ("/a/*", "/a", false), ("/a/**", "/a/b/c", true), ("/a/**", "/a", true),
            ("/a/**", "/ab", false), ("/**", "/", true), ("/**", "/x/y", true), ("/", "/", true), ("/", "/x", false),
            ("/*/b", "/a/b", true), ("/*/b", "/a/c", false), ("/a/**", "/a/", true), ("/a", "", false),
            ("/**", "*", false),
        ])
    func patterns(pattern: String, path: String, matches: Bool) {
        #expect(PathPattern.matches(pattern, path) == matches)
    }

    @Test(
        "method, path and host must all fit",
        arguments: [
            ("POST", "/x", "model.example", true), ("PUT", "/x", "model.example", false),
            ("POST", "/y", "model.example", false),
            ("POST", "/x", "other.example", false), ("POST", "/x", nil, false),
        ] as [(String, String, String?, Bool)])
    func all(method: String, path: String, host: String?, matches: Bool) {
        let match = RouteMatch(methods: ["POST"], paths: ["/x"], hosts: ["model.example"])
        #expect(match.takes(method: method, path: path, host: host) == matches)
    }
}

@Suite("SizeText")
struct SizeTextTests {
    @Test(
        "reads numbers with units",
        arguments: [
            ("4096", 4096), ("20 MB", 20_000_000), ("20MB", 20_000_000), ("1.5 MB", 1_500_000), ("64 KiB", 65_536),
            ("1_000", 1000), ("0", 0), ("1.5", nil), ("", nil), ("MB", nil), ("-1 MB", nil), ("1 XB", nil),
            ("99999999999999999999", nil), ("9223372036854775807 GB", nil), ("1e9", nil), ("0.0000001 kB", nil),
        ] as [(String, Int?)])
    func bytes(text: String, value: Int?) {
        #expect(SizeText.parse(text, units: SizeText.byteUnits) == value)
    }
}
