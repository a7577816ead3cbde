import Testing

@testable import AdmissionPolicy

@Suite("A gate in a policy")
struct GatePolicyTests {
    private static func text(_ gate: String) -> String {
        PolicyFixture.text.replacing("scores: auto\n", with: "scores: auto\n    gate: \(gate)\n")
    }

    @Test("its members are read")
    func reads() throws {
        let text = Self.text(
            "{when: {detector: container-integrity, above: {raw: 0}}, sample: 5%, margin_below: 0.2, stakes: [visa, \"7\"]}"
        )
        let gate = try #require(try PolicyFixture.plan(text).routes.first?.gate)
        #expect(gate.condition == .scoreAbove(detector: "container-integrity", threshold: 0))
        #expect(gate.sample == 0.05)
        #expect(gate.marginBelow == 0.2)
        #expect(gate.stakes == ["visa", "7"])
        #expect(try PolicyFixture.plan().routes.first?.gate == nil)
        #expect(try PolicyFixture.plan(Self.text("{sample: 100%}")).routes.first?.gate?.sample == 1)
        #expect(try PolicyFixture.plan(Self.text("{stakes: visa}")).routes.first?.gate?.stakes == ["visa"])
    }

    @Test(
        "what cannot be meant is a mistake at its place",
        arguments: [
            ("{}", "8:11", "must have one of when, sample, margin_below, stakes"), ("5%", "8:11", "must be a mapping"),
            ("{smaple: 5%}", "8:12", "did you mean `sample`?"),
            ("{sample: 0%}", "8:20", "above 0 and at most 100%"), ("{sample: 1}", "8:20", "at most 100%"),
            ("{sample: 101%}", "8:20", "at most 100%"), ("{margin_below: 0}", "8:26", "above 0 and at most 1"),
            ("{margin_below: 20%}", "8:26", "must be a number"), ("{stakes: []}", "8:20", "at least one label"),
            ("{when: {label: visa}}", "8:18", "use `margin_below` or `stakes`"),
            ("{when: {not: {confidence_below: 0.5}}}", "8:18", "use `margin_below` or `stakes`"),
            ("{when: {detector: feature-squeezing, above: {raw: 1}}}", "8:29", "feature-squeezing asks the model"),
            ("{when: {detector: container-integrity, above: {rate: 1%}}}", "8:64", "needs a calibration"),
            ("{when: {combined: {rate: 1%}}}", "8:36", "needs a calibration"),
        ])
    func refuses(gate: String, place: String, fragment: String) {
        let mistakes = PolicyFixture.mistakes(Self.text(gate))
        #expect(
            mistakes.contains { "\($0.line):\($0.column)" == place && $0.message.contains(fragment) }, "\(mistakes)")
    }

    @Test("a gate before nothing is a mistake, and so is one on a route that inspects nothing")
    func useless() {
        let text = Self.text("{sample: 5%}").replacing(
            "      - {use: feature-squeezing, squeezers: [\"bit-depth(1)\", \"median(2)\"]}\n", with: "")
        #expect(PolicyFixture.mistakes(text).contains { $0.line == 8 && $0.message.contains("nothing to gate") })
        let passing = Self.text("{sample: 5%}").replacing("scores: auto", with: "handle: pass")
        #expect(PolicyFixture.mistakes(passing).contains { $0.line == 8 && $0.message.contains("has no use") })
    }

    @Test("a gate that lets no sample through is a warning, since nobody learns what it misses")
    func warns() throws {
        #expect(try PolicyFixture.plan(Self.text("{margin_below: 0.2}")).warnings.count == 1)
        #expect(try PolicyFixture.plan(Self.text("{sample: 1%}")).warnings.isEmpty)
    }

    @Test("a rule on all detectors together needs the combination of the cheap ones too when a gate may stay closed")
    func combined() throws {
        let text = CalibrationFixture.policy.replacing(
            "detector: feature-squeezing, above: {rate: 1%}", with: "combined: {rate: 1%}")
        let gated = text.replacing(
            "scores: auto\n", with: "scores: auto\n    gate: {when: {combined: {rate: 5%}}, sample: 1%}\n")
        var fixture = try CalibrationFixture()
        #expect(try fixture.mistakes(gated).isEmpty)
        #expect(try fixture.plan(gated).routes.first?.rateThresholds.count == 4)
        #expect(try CalibrationFixture(images: 200).mistakes(gated).map(\.line) == [17])
        fixture.tierZero = nil
        #expect(try fixture.mistakes(text).isEmpty)
        #expect(try fixture.mistakes(gated).map(\.line) == [8, 17])
        fixture.tierZero = fixture.all
        #expect(try fixture.mistakes(gated).allSatisfy { $0.message.contains("combines other detectors") })
        #expect(try fixture.mistakes(gated).count == 2)
    }
}
