internal import AdversarialDetectors
internal import ImageDefenses

/// Reads the whole document.
struct DocumentDecoder {
    let mistakes: MistakeList
    let shelf: CalibrationShelf

    /// The plan; nil when so much is wrong that nothing can be made of it. Mistakes are noted either way.
    func plan(_ root: PolicyNode, sha256: String, origin: String) -> PolicyPlan? {
        guard let reader = MappingReader(root, .document, mistakes) else { return nil }
        if let version = reader.text("version"), version != "1" {
            mistakes.add(
                reader.place(of: "version"), "version: must be 1, not `\(version)`; this program reads no other")
        }
        let mode = reader.choice("mode", PolicyMode.self) ?? .monitor
        let members = reader.members("routes")
        if members.isEmpty, reader.has("routes") {
            mistakes.add(reader.place(of: "routes"), "routes: must list at least one route")
        }
        let decoder = RouteDecoder(defaultMode: mode, shelf: shelf, mistakes: mistakes)
        var routes: [RoutePlan] = []
        for member in members {
            guard let route = decoder.route(member) else { continue }
            if !route.name.isEmpty, routes.contains(where: { $0.name == route.name }) {
                mistakes.add(member.place, "name: two routes are called \(route.name)")
            }
            routes.append(route)
        }
        let unmatched = reader.choice("unmatched", UnmatchedAction.self)
        let plan = PolicyPlan(
            name: reader.text("name") ?? "", sha256: sha256, origin: origin,
            givenUnmatched: unmatched, routes: routes, warnings: [])
        return plan.with(
            warnings: PolicyWarnings.find(
                in: plan, lines: members.map(\.place.line), isCalibrating: shelf.isCalibrating))
    }
}

/// What is allowed but probably not meant.
enum PolicyWarnings {
    /// Above so many seconds an image keeps one thread busy for longer than clients like to wait.
    private static let slowSeconds = 5.0

    /// The warnings about `plan`, whose routes begin at `lines`.
    static func find(in plan: PolicyPlan, lines: [Int], isCalibrating: Bool) -> [PolicyMistake] {
        var warnings: [PolicyMistake] = []
        if plan.givenUnmatched == .pass, plan.routes.contains(where: { $0.mode == .enforce }) {
            warnings.append(
                PolicyMistake(
                    line: 0, column: 0,
                    message: "unmatched: pass lets requests that no route takes reach the model uninspected"))
        }
        for (index, route) in plan.routes.enumerated() {
            let line = lines.indices.contains(index) ? lines[index] : 0
            func warn(_ message: String) {
                warnings.append(PolicyMistake(line: line, column: 0, message: "\(route.name): \(message)"))
            }
            if index > 0, plan.routes[..<index].contains(where: { $0.match.takesEverything }) {
                warn("can never match, since an earlier route takes every request")
            }
            if route.handling == .inspect, let largest = route.largestDefended {
                let seconds = route.everyPipeline.reduce(0) { $0 + $1.predictedSeconds(for: largest) }
                if seconds > slowSeconds {
                    warn(
                        "its pipelines take about \(Int(seconds)) s of one thread for the largest image allowed; "
                            + "`limits.pixels` and `forward.size` bound it")
                }
            }
            if !isCalibrating { warnings += unlearned(route) }
            if let gate = route.gate, gate.sample == 0 {
                warn("its gate has no `sample`, so that nobody will know what it misses")
            }
            guard route.handling == .inspect, route.mode == .enforce else { continue }
            if route.failures.undecodable < .divert {
                warn(
                    "failures.undecodable: \(route.failures.undecodable.rawValue) lets what cannot be inspected reach the model"
                )
            }
            if route.failures.audit == .forward {
                warn("failures.audit: forward lets requests through that leave no record")
            }
            if !route.disclosure.divert, route.rules.contains(where: { $0.then == .divert }) {
                warn("a diverted request will look like a rejection to the client (disclose.divert is false)")
            }
            if route.rules.isEmpty { warn("enforces no rule") }
        }
        return warnings
    }

    /// Detectors that give no signal, since they were not yet fitted to clean images.
    private static func unlearned(_ route: RoutePlan) -> [PolicyMistake] {
        route.detectors.filter(\.hasYetToLearn).map { planned in
            PolicyMistake(
                line: planned.line, column: 0,
                message:
                    "\(planned.descriptor.name): has learned nothing yet and gives no signal: run `portcullis calibrate`"
            )
        }
    }
}
