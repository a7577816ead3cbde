internal import AdversarialDetectors
internal import ImageDefenses
internal import PixelCore

/// Combinations within one route that cannot be meant.
struct RouteChecks {
    let mistakes: MistakeList

    /// Notes every impossible combination of `route`.
    func check(_ route: RoutePlan, reader: MappingReader, givenCalls: Int?) {
        if route.handling != .inspect {
            let useless = ["detectors", "calibration", "gate", "rules", "forward", "scores", "pipelines", "regions"]
            for name in useless where reader.has(name) {
                mistakes.add(reader.place(of: name), "\(name): has no use with `handle: \(route.handling.rawValue)`")
            }
            return
        }
        checkDetectors(route, reader)
        checkPipeline(route, reader)
        checkCost(route, reader)
        if let givenCalls {
            let needed = RouteDecoder.callsNeeded(
                route.detectors, forward: route.forward, mode: route.mode, rulesNeedAnswer: false)
            if givenCalls < needed {
                mistakes.add(
                    reader.place(of: "limits"),
                    "extra_calls: is \(givenCalls), but the route's detectors ask for up to \(needed) calls; every request would be degraded"
                )
            }
        }
        for rule in route.rules where rule.condition.restsOnDuplicatesAlone && rule.then != .forward {
            mistakes.add(
                .init(line: rule.line, column: 1),
                "\(rule.name): near-duplicates never acts alone (bursts and templates repeat too); add another condition with `all`"
            )
        }
    }

    /// The order of what is forwarded: nothing may undo the size that the model needs, or move the page under a region.
    private func checkPipeline(_ route: RoutePlan, _ reader: MappingReader) {
        let steps = route.forward.pipeline.steps
        guard let first = steps.firstIndex(where: { $0.descriptor.changesShape }) else { return }
        let place = reader.place(of: "forward")
        let name = steps[first].descriptor.name
        if route.forward.size != nil {
            mistakes.add(place, "\(name): changes the size that `forward.size` gives the model; leave one of them out")
        }
        if let region = steps[first...].compactMap(\.region).first {
            mistakes.add(
                place,
                "\(name): changes the size before the region \(region.name) is treated; resize by `forward.size` instead"
            )
        }
    }

    /// What one image of the largest size allowed may take of one thread, in seconds; more cannot be meant.
    static let mostSeconds = 30.0

    private func checkCost(_ route: RoutePlan, _ reader: MappingReader) {
        let name = reader.has("forward") ? "forward" : "detectors"
        guard let largest = route.largestDefended else { return }
        for pipeline in route.everyPipeline {
            let seconds = pipeline.predictedSeconds(for: largest)
            guard seconds > Self.mostSeconds else { continue }
            mistakes.add(
                reader.place(of: name),
                "\(pipeline.name): takes about \(Int(seconds)) s of one thread for the \(largest.pixelCount) pixels that the "
                    + "route allows; lower \(route.forward.size == nil ? "`limits.pixels` or set" : "") `forward.size`, or choose cheaper steps (`portcullis catalogue`)"
            )
        }
    }

    private func checkDetectors(_ route: RoutePlan, _ reader: MappingReader) {
        var seen: Set<String> = []
        for planned in route.detectors {
            let name = planned.descriptor.name
            if !seen.insert(name).inserted {
                mistakes.add(.init(line: planned.line, column: 1), "\(name): is listed twice in one route")
            }
            if planned.descriptor.tier > 0, route.scores == .absent {
                mistakes.add(
                    .init(line: planned.line, column: 1),
                    "\(name): compares scores, but the route says `scores: none`")
            }
        }
        if route.scores == .absent, route.rulesNeedAnswer {
            mistakes.add(reader.place(of: "rules"), "rules: look at the answer, but the route says `scores: none`")
        }
    }
}
