import AdversarialDetectors
import PixelCore
import Testing

@testable import AdmissionPolicy

@Suite("A calibration in a policy")
struct CalibrationPolicyTests {
    @Test("its rates become p-values that rules go by")
    func rates() throws {
        let fixture = try CalibrationFixture()
        let route = try #require(try fixture.plan().routes.first)
        let planned = try #require(route.calibration)
        #expect(planned.calibration == fixture.calibration)
        #expect(planned.origin == "c.json")
        #expect(planned.sha256.count == 64)
        #expect(route.rules.map(\.condition) == [.rateAtMost(detector: "feature-squeezing", rate: 0.01)])
        // 4 of 401 is below 1 %: the fourth largest of 0...399 is 397, and 396 has the fifth place.
        for (score, kind) in [(396.0, VerdictKind.forward), (396.5, .divert), (1e9, .divert)] {
            let signal = route.calibrated(Signal(detector: "feature-squeezing", score: score))
            let input = DecisionInput(signals: [signal], facts: nil, pixels: 1, answer: nil)
            #expect(route.decide(input).kind == kind, "\(score)")
        }
    }

    @Test("all detectors together are judged by the combination that belongs to what ran")
    func combined() throws {
        let text = CalibrationFixture.policy.replacing(
            "{detector: feature-squeezing, above: {rate: 1%}}", with: "{combined: {rate: 0.02}}")
        let route = try #require(try CalibrationFixture().plan(text).routes.first)
        #expect(route.rules.map(\.condition) == [.combinedAtMost(rate: 0.02)])
        let signal = route.calibrated(Signal(detector: "container-integrity", score: 1e9))
        #expect(route.combined([signal], asked: true)?.detectors == ["container-integrity", "feature-squeezing"])
        #expect(route.combined([signal], asked: false)?.detectors == ["container-integrity"])
    }

    @Test("one file serves every route that names it, and is read once")
    func shared() throws {
        let route = "  - name: images"
        let start = try #require(CalibrationFixture.policy.firstRange(of: route)).lowerBound
        let body = String(CalibrationFixture.policy[start...])
        let text = CalibrationFixture.policy + body.replacing("name: images", with: "name: others")
        let bytes = Array(try CalibrationFixture().json().utf8)
        var reads = 0
        let plan = try PolicyLoader.load(bytes: Array(text.utf8), origin: "small.yaml") { _ in
            reads += 1
            return .success(bytes)
        }
        #expect(plan.routes.compactMap(\.calibration).count == 2)
        #expect(reads == 1)
    }

    @Test("it holds in monitor mode as in enforce mode, where the decoded image is what is compared")
    func modes() throws {
        let text = CalibrationFixture.policy.replacing("mode: enforce", with: "mode: monitor")
        let plan = try CalibrationFixture().plan(text)
        let route = try #require(plan.routes.first)
        #expect(route.referenceText == "decoded, as it came")
        #expect(plan.with(mode: .enforce).routes.first?.referenceText == route.referenceText)
        #expect(plan.with(mode: .enforce).routes.first?.calibration != nil)
    }

    @Test(
        "a file that was made under something else is refused where it is named",
        arguments: [
            ("format: png", "size: {width: 32, height: 32}", "forwarded image `decoded, as it came`"),
            ("{pixels: sanitized, format: png}", "{pixels: original}", "the route has `original, as it came`"),
            ("scores: auto", "scores: {labels: /p}", "the route has `labels /p`"),
            ("scores: auto", "scores: {array: /p, names: [a, b]}", "the route has `array /p names a, b`"),
            ("\"bit-depth(1)\", \"median(2)\"", "\"median(2)\"", "squeezers `bit-depth(1); median(2)`"),
            ("- container-integrity", "- near-duplicates", "container-integrity, which the route does not list"),
            ("      - near-duplicates\n", "", nil),
        ] as [(String, String, String?)])
    func otherRoute(old: String, new: String, fragment: String?) throws {
        let removing = old == "- container-integrity" ? "      - near-duplicates\n" : ""
        let text = CalibrationFixture.policy.replacing(removing.isEmpty ? "\0" : removing, with: "")
            .replacing(old, with: new)
        #expect(text != CalibrationFixture.policy)
        let mistakes = try CalibrationFixture().mistakes(text)
        guard let fragment else {
            #expect(mistakes.isEmpty)
            return
        }
        #expect(mistakes.map(\.line) == [8])
        #expect(mistakes.first?.column == 18)
        #expect(mistakes.first?.message.contains(fragment) == true, "\(mistakes)")
        #expect(mistakes.first?.message.contains("`portcullis calibrate` makes a new one") == true)
    }

    @Test("another version, what was learned, and detectors that cannot be calibrated are refused")
    func otherDetectors() throws {
        func refused(_ fragment: String, _ body: (DetectorCalibration) -> DetectorCalibration) throws {
            var fixture = try CalibrationFixture()
            fixture.tierZero = nil
            fixture.all = nil
            fixture.change("container-integrity", body)
            let mistakes = try fixture.mistakes()
            #expect(mistakes.map(\.line) == [8], "\(mistakes)")
            #expect(mistakes.first?.message.contains(fragment) == true, "\(mistakes)")
        }
        func copy(
            _ old: DetectorCalibration, name: String? = nil, version: Int? = nil, fit: DetectorFit? = nil
        ) -> DetectorCalibration {
            DetectorCalibration(
                detector: name ?? old.detector, version: version ?? old.version, parameters: old.parameters, fit: fit,
                strata: old.strata)
        }
        try refused("with version 99 of container-integrity") { copy($0, version: 99) }
        try refused("which counts other requests") { copy($0, name: "near-duplicates") }
        try refused("it learns nothing") { copy($0, fit: DetectorFit(values: ["m": [1]])) }
        try refused("with thing, which") { copy($0, name: "thing") }
    }

    @Test("a file that is missing or broken is a mistake where it is named")
    func unreadable() throws {
        let missing = PolicyFixture.mistakes(CalibrationFixture.policy)
        #expect(missing.map { "\($0.line):\($0.column)" } == ["8:18"])
        #expect(missing.first?.message.contains("`c.json` cannot be read") == true)
        let broken = CalibrationFixture.mistakes("{}")
        #expect(broken.map { "\($0.line):\($0.column)" } == ["8:18"])
        #expect(broken.first?.message.contains("`c.json` has no `schema`") == true)
        let list = CalibrationFixture.mistakes("{}", CalibrationFixture.policy.replacing("c.json", with: "[c.json]"))
        #expect(list.contains { $0.message.contains("must be a single value") })
        let control = CalibrationFixture.mistakes("{}", CalibrationFixture.policy.replacing("c.json", with: "\"c\\0\""))
        #expect(control.contains { $0.message.contains("the name of a file") })
    }

    @Test(
        "a rate that the sample cannot carry says how many images would",
        arguments: [
            (400, "0.1%", "at least 2995"), (298, "1%", "at least 299"), (299, "1%", nil),
            (400, "0.0000001%", "larger one"),
        ]
            as [(Int, String, String?)])
    func unsupported(images: Int, rate: String, fragment: String?) throws {
        let text = CalibrationFixture.policy.replacing("{rate: 1%}", with: "{rate: \(rate)}")
        let mistakes = try CalibrationFixture(images: images).mistakes(text)
        #expect(mistakes.map(\.line) == (fragment == nil ? [] : [16]), "\(mistakes)")
        #expect(mistakes.first?.message.contains(fragment ?? "") ?? true)
        let combined = text.replacing(
            "detector: feature-squeezing, above: {rate: \(rate)}", with: "combined: {rate: \(rate)}")
        let others = try CalibrationFixture(images: images).mistakes(combined)
        #expect(others.map(\.line) == (fragment == nil ? [] : [16]), "\(others)")
    }

    @Test("a rate that one kind of image cannot reach says how many images would")
    func stratum() throws {
        var fixture = try CalibrationFixture(images: 4000)
        fixture.change("feature-squeezing") { old in
            let few = (0..<150).map(Double.init)
            return DetectorCalibration(
                detector: old.detector, version: old.version, parameters: old.parameters, fit: nil,
                strata: [ScoreStratum(name: "jpeg-50", upToLevel: nil, scores: few)] + old.strata)
        }
        let text = CalibrationFixture.policy.replacing("{rate: 1%}", with: "{rate: 0.1%}")
        let mistakes = try fixture.mistakes(text)
        #expect(mistakes.map(\.line) == [16])
        let message = try #require(mistakes.first?.message)
        #expect(
            message.contains("among the 150 clean images of jpeg-50, which takes 999; about 27000 images"), "\(message)"
        )
        #expect(try fixture.mistakes().isEmpty)
    }

    @Test("a detector that the file does not know is a mistake only for rules that need it")
    func missing() throws {
        var fixture = try CalibrationFixture()
        fixture.detectors.removeAll { $0.detector == "container-integrity" }
        fixture.tierZero = nil
        fixture.all = CombinationCalibration(method: .minP, detectors: ["feature-squeezing"], statistics: [1, 2])
        #expect(try fixture.mistakes().isEmpty)
        let own = CalibrationFixture.policy.replacing(
            "detector: feature-squeezing", with: "detector: container-integrity")
        #expect(try fixture.mistakes(own).map(\.line) == [16])
        #expect(try fixture.mistakes(own).first?.message.contains("no scores of container-integrity") == true)
        let combined = CalibrationFixture.policy.replacing(
            "detector: feature-squeezing, above: {rate: 1%}", with: "combined: {rate: 1%}")
        let message = try #require(try fixture.mistakes(combined).first?.message)
        #expect(message.contains("combines without container-integrity; make a new one"), "\(message)")
    }

    @Test("a policy that is about to be calibrated loads without its file and its rates")
    func calibrating() throws {
        let text = CalibrationFixture.policy.replacing("    calibration: c.json\n", with: "")
        for policy in [CalibrationFixture.policy, text] {
            let plan = try PolicyLoader.loadForCalibration(bytes: Array(policy.utf8), origin: "small.yaml")
            #expect(plan.routes.first?.calibration == nil)
        }
        #expect(!PolicyFixture.mistakes(text).isEmpty)
    }

    @Test("rates are told in raw numbers for every kind of image")
    func thresholds() throws {
        var fixture = try CalibrationFixture()
        fixture.change("feature-squeezing") { old in
            DetectorCalibration(
                detector: old.detector, version: old.version, parameters: old.parameters, fit: nil,
                strata: [
                    ScoreStratum(name: "png", upToLevel: 2, scores: (0..<99).map(Double.init)),
                    ScoreStratum(name: "png", upToLevel: nil, scores: (0..<200).map(Double.init)),
                ] + old.strata)
        }
        let route = try #require(try fixture.plan().routes.first)
        #expect(route.rateThresholds.map(\.subject) == Array(repeating: .detector("feature-squeezing"), count: 3))
        #expect(route.rateThresholds.map(\.raw) == [98, 198, 396])
        #expect(route.rateThresholds.map(\.stratum) == ["png", "png", ""])
        #expect(route.rateThresholds.map(\.aboveLevel) == [nil, 2, nil])
        #expect(route.rateThresholds.map(\.images) == [99, 200, 400])
    }

    @Test("an old calibration, or one from the future, is told of", arguments: [(90, 0), (91, 1), (-1, 0), (-2, 1)])
    func age(days: Int, warnings: Int) throws {
        let made = try #require(CalendarTime.seconds("2026-05-01T12:00:00Z"))
        let found = try CalibrationFixture().plan().calibrationWarnings(nowSeconds: made + days * 86_400)
        #expect(found.count == warnings)
    }
}

@Suite("CalibrationMatch")
struct CalibrationMatchTests {
    /// Scores how far an image is from a learned mean.
    private struct Learner: FittedDetector {
        static let descriptor = DetectorDescriptor(
            name: "learner", version: 1, family: .inputStatistics, tier: 0, summary: "s", scoreMeaning: "s",
            source: "s",
            weaknesses: "w", findings: ["odd"], parameters: [])
        var mean: Double?

        init(parameters: [String: ParameterValue]) throws(DetectorError) {}
        func inspect(_ subject: DetectorSubject) throws(DetectorError) -> Signal? { nil }
        static func fit(_ sample: [DetectorFeatures]) throws(DetectorError) -> DetectorFit { DetectorFit(values: [:]) }
        func fitted(by fit: DetectorFit) throws(DetectorError) -> any FittedDetector {
            guard let mean = fit.values["mean"]?.first else {
                throw .cannotFit(detector: "learner", detail: "there is no mean")
            }
            var copy = self
            copy.mean = mean
            return copy
        }
        var isFitted: Bool { mean != nil }
    }

    private func route() throws -> RoutePlan {
        var route = try #require(try PolicyFixture.plan().routes.first)
        route.detectors = [
            PlannedDetector(
                detector: try Learner(parameters: [:]), descriptor: Learner.descriptor, parameters: [:], line: 10)
        ]
        return route
    }

    private func match(_ fit: DetectorFit?) throws -> CalibrationMatch {
        var fixture = try CalibrationFixture()
        fixture.detectors = [
            DetectorCalibration(
                detector: "learner", version: 1, parameters: [:], fit: fit,
                strata: [ScoreStratum(name: "", upToLevel: nil, scores: [1])])
        ]
        return CalibrationMatch(calibration: fixture.calibration, route: try route())
    }

    @Test("a detector gets what was learned for it")
    func fits() throws {
        let match = try match(DetectorFit(values: ["mean": [2.5]]))
        #expect(match.differences.isEmpty)
        let detector = try #require(try match.fittedDetectors().first)
        #expect((detector.detector as? Learner)?.mean == 2.5)
        #expect(!detector.hasYetToLearn)
    }

    @Test("a file without what a detector learned, or with something else, does not fit")
    func cannotFit() throws {
        #expect(try match(nil).differences == ["does not say what learner learned"])
        let match = try match(DetectorFit(values: [:]))
        #expect(throws: DetectorError.cannotFit(detector: "learner", detail: "there is no mean")) {
            try match.fittedDetectors()
        }
    }

    @Test(
        "rules on a detector that has learned nothing are mistakes at their place; else it is a warning",
        arguments: [nil, 0.01])
    func unlearned(rate: Double?) throws {
        let list = MistakeList()
        let use = SignalUses.Use(
            place: .init(line: 15, column: 9), detector: "learner", rate: rate, rateText: "1%")
        let node = PolicyNode.mapping([], place: .init(line: 5, column: 5))
        let reader = try #require(MappingReader(node, PolicyTable(title: "a route", keys: []), list))
        func attached(_ uses: [SignalUses.Use], isCalibrating: Bool) throws -> [PolicyMistake] {
            let mistakes = MistakeList()
            let shelf = CalibrationShelf(isCalibrating: isCalibrating, read: PolicyLoader.noCalibration)
            _ = CalibrationDecoder(mistakes: mistakes, shelf: shelf, uses: uses).attached(to: try route(), reader)
            return mistakes.mistakes
        }
        let found = try attached([use], isCalibrating: false)
        #expect(found.map(\.line) == [15])
        #expect(found.first?.message.contains("portcullis calibrate") == true)
        #expect(try attached([use], isCalibrating: true).isEmpty)
        #expect(try attached([], isCalibrating: false).isEmpty)
        let plan = PolicyPlan(
            name: "p", sha256: "", origin: "", givenUnmatched: nil, routes: [try route()], warnings: [])
        func warnings(_ isCalibrating: Bool) -> [PolicyMistake] {
            PolicyWarnings.find(in: plan, lines: [1], isCalibrating: isCalibrating).filter { $0.line == 10 }
        }
        #expect(
            warnings(false).map(\.message) == [
                "learner: has learned nothing yet and gives no signal: run `portcullis calibrate`"
            ])
        #expect(warnings(true).isEmpty)
    }
}
