internal import AdversarialDetectors
internal import ImageCodecs
internal import ImageDefenses
internal import PixelCore

/// Reads one route.
struct RouteDecoder {
    let defaultMode: PolicyMode
    let shelf: CalibrationShelf
    let mistakes: MistakeList

    /// The route; nil when so much is wrong that nothing can be made of it. Mistakes are noted either way.
    func route(_ node: PolicyNode) -> RoutePlan? {
        guard let reader = MappingReader(node, .route, mistakes) else { return nil }
        let detectors = reader.members("detectors").compactMap(detector)
        let limits = LimitsDecoder(mistakes: mistakes).limits(reader.node("limits"))
        let regions = RegionDecoder(mistakes: mistakes).boxes(reader.node("regions"))
        let pipelines = namedPipelines(reader, regions)
        let mode = reader.choice("mode", PolicyMode.self) ?? defaultMode
        let scores = ScoresDecoder(mistakes: mistakes).scores(reader.node("scores"))
        let regional = RegionDecoder(mistakes: mistakes).steps(
            reader.node("regions"), boxes: regions, pipelines: pipelines)
        let forward = ForwardDecoder(
            mistakes: mistakes, pipelines: pipelines, regions: regions, regional: regional
        ).forward(reader.node("forward"))
        let images = reader.node("images").flatMap { MappingReader($0, .images, mistakes) }
        let options = decodeOptions(reader)
        let handling = reader.choice("handle", RouteHandling.self) ?? .inspect
        let uses = SignalUses()
        let rules = rules(reader, detectors, uses)
        let gate = GateDecoder(detectors: detectors, uses: uses, mistakes: mistakes).gate(reader.node("gate"))
        let calls = Self.callsNeeded(
            detectors, forward: forward, mode: mode, rulesNeedAnswer: RoutePlan.needAnswer(rules))
        let route = RoutePlan(
            name: reader.text("name") ?? "", match: match(reader), mode: mode, handling: handling,
            bodyBytes: limits.bodyBytes, decodeLimits: limits.decode, decodeOptions: options, scores: scores,
            regions: regions, pipelines: pipelines.values.sorted { $0.name < $1.name }, forward: forward,
            detectors: detectors, rules: rules, failures: failures(reader),
            disclosure: disclosure(reader),
            extraCalls: limits.extraCalls ?? calls, calibration: nil, gate: gate,
            imageSource: images?.choice("from", ImageSource.self) ?? .auto)
        RouteChecks(mistakes: mistakes).check(route, reader: reader, givenCalls: limits.extraCalls)
        return CalibrationDecoder(mistakes: mistakes, shelf: shelf, uses: uses.uses).attached(to: route, reader)
    }

    /// Model calls that all rounds of the detectors may cost, with one for f(x) where the forwarded answer is not it.
    ///
    /// Rules that look at the answer need one call while monitoring, should the client have had its answer coded.
    static func callsNeeded(
        _ detectors: [PlannedDetector], forward: ForwardPlan, mode: PolicyMode, rulesNeedAnswer: Bool
    ) -> Int {
        let copies = detectors.reduce(0) { $0 + $1.detector.mostCopies }
        guard copies > 0 else { return mode == .monitor && rulesNeedAnswer ? 1 : 0 }
        // In monitor mode the client's own bytes are what is answered, and the answer may be coded; `auto` and `jpeg` may be
        // lossy.
        let mayNeedReference =
            mode == .monitor
            || forward.pixels == .sanitized && (!forward.pipeline.steps.isEmpty || forward.format != .png)
        return copies + (mayNeedReference ? 1 : 0)
    }

    private func match(_ reader: MappingReader) -> RouteMatch {
        guard let node = reader.node("match"), let match = MappingReader(node, .match, mistakes) else {
            return RouteMatch(methods: [], paths: [], hosts: [])
        }
        let paths = match.texts("paths")
        for path in paths {
            if let fault = PathPattern.fault(path) { mistakes.add(match.place(of: "paths"), "paths: \(fault)") }
        }
        let methods = match.texts("methods")
        for method in methods where method != method.uppercased() || method.contains(where: { !$0.isLetter }) {
            mistakes.add(match.place(of: "methods"), "methods: `\(method)` must be written in capitals, such as POST")
        }
        for host in match.texts("hosts") where host.contains(":") || host.contains("/") {
            mistakes.add(match.place(of: "hosts"), "hosts: `\(host)` must be a name without scheme and port")
        }
        return RouteMatch(methods: methods, paths: paths, hosts: match.texts("hosts").map { $0.lowercased() })
    }

    private func decodeOptions(_ reader: MappingReader) -> DecodeOptions {
        let orientation = reader.choice("orientation", DecodeOptions.Orientation.self) ?? .apply
        let text = reader.text("background") ?? "#ffffff"
        var background: [UInt8] = []
        let digits = Array(text.dropFirst())
        if text.first == "#", digits.count == 6 {
            background = stride(from: 0, to: 6, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
        }
        if background.count != 3 {
            mistakes.add(
                reader.place(of: "background"),
                "background: must be a colour in quotes such as \"#ffffff\", not `\(text)`")
            background = [255, 255, 255]
        }
        return DecodeOptions(orientation: orientation, background: background)
    }

    private func namedPipelines(_ reader: MappingReader, _ regions: [RegionBox]) -> [String: DefensePipeline] {
        guard let node = reader.node("pipelines") else { return [:] }
        guard case .mapping(let entries, _) = node else {
            mistakes.add(node.place, "pipelines: must map names to lists of defenses")
            return [:]
        }
        var pipelines: [String: DefensePipeline] = [:]
        for entry in entries {
            pipelines[entry.key] = PipelineDecoder(mistakes: mistakes, regions: regions).pipeline(
                named: entry.key, entry.value)
        }
        return pipelines
    }

    private func detector(_ node: PolicyNode) -> PlannedDetector? {
        let name: String
        var given: [String: ParameterValue] = [:]
        if case .scalar(let text, _, _) = node {
            name = text
        } else {
            guard let reader = MappingReader(node, .detector, mistakes, allowsOthers: true),
                let used = reader.text("use")
            else { return nil }
            name = used
            given = ParameterReader(mistakes: mistakes).parameters(reader.others)
        }
        do throws(DetectorError) {
            let detector = try DetectorCatalogue.make(name: name, parameters: given)
            let descriptor = type(of: detector).descriptor
            var parameters: [String: ParameterValue] = [:]
            for parameter in descriptor.parameters {
                parameters[parameter.name] = given[parameter.name] ?? parameter.defaultValue
            }
            return PlannedDetector(
                detector: detector, descriptor: descriptor, parameters: parameters, line: node.place.line)
        } catch {
            mistakes.add(node.place, Self.message(error))
            return nil
        }
    }

    private static func message(_ error: DetectorError) -> String {
        switch error {
        case .unknown(let name, let nearest):
            let hint = nearest.map { "did you mean `\($0)`?" } ?? "`portcullis catalogue` lists them"
            return "there is no detector `\(name)`; \(hint)"
        case .parameter(let detector, let name, let allowed):
            return "\(detector): \(name) must be \(allowed)"
        case .squeezer(let detector, let reason):
            return "\(detector): \(PipelineDecoder.message(reason))"
        case .answersMissing, .needsNoAnswers, .cannotFit:
            return "this detector cannot be made: \(error)"
        }
    }

    private func rules(
        _ reader: MappingReader, _ detectors: [PlannedDetector], _ uses: SignalUses
    ) -> [PolicyRule] {
        let conditions = ConditionDecoder(
            detectors: detectors.map(\.descriptor), uses: uses, mistakes: mistakes)
        var rules: [PolicyRule] = []
        for (index, node) in reader.members("rules").enumerated() {
            guard let rule = MappingReader(node, .rule, mistakes) else { continue }
            let condition = rule.node("when").flatMap(conditions.condition)
            let verdict = rule.choice("then", VerdictKind.self)
            let name = rule.text("name") ?? "rule-\(index + 1)"
            if rules.contains(where: { $0.name == name }) {
                mistakes.add(rule.place(of: "name"), "name: the route has two rules called \(name)")
            }
            if let condition, let verdict {
                rules.append(PolicyRule(name: name, condition: condition, then: verdict, line: node.place.line))
            }
        }
        return rules
    }

    private func failures(_ reader: MappingReader) -> FailurePlan {
        let empty = PolicyNode.mapping([], place: reader.place)
        let node = reader.node("failures") ?? empty
        let failures = MappingReader(node, .failures, mistakes)
        func verdict(_ name: String, _ fallback: VerdictKind) -> VerdictKind {
            failures?.choice(name, VerdictKind.self) ?? fallback
        }
        return FailurePlan(
            undecodable: verdict("undecodable", .reject), detector: verdict("detector", .flag),
            degraded: verdict("degraded", .flag), scoresMissing: verdict("scores_missing", .flag),
            audit: verdict("audit", .reject))
    }

    private func disclosure(_ reader: MappingReader) -> Disclosure {
        let empty = PolicyNode.mapping([], place: reader.place)
        let disclose = MappingReader(reader.node("disclose") ?? empty, .disclose, mistakes)
        return Disclosure(flag: disclose?.flag("flag") ?? false, divert: disclose?.flag("divert") ?? true)
    }
}
