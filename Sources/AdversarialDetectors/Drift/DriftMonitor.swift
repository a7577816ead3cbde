internal import Synchronization

/// Watches the p-values of one route: in bulk by windows, and source by source after every image.
///
/// It only tells. Nothing here changes a threshold: a calibration that followed live traffic could be led by whoever
/// sends it.
package final class DriftMonitor: Sendable {
    /// How far the last whole window of one detector was from the calibration.
    package struct Distance: Hashable, Sendable {
        /// The detector, or `combined`.
        package let detector: String
        /// 0 while no window is full.
        package let distance: Double
        /// What it passes by chance once in ten thousand windows.
        package let critical: Double
    }

    /// Images of one window. Windows do not overlap, so that each is a test of its own.
    package static let windowImages = 512
    /// Sources that are watched at once; the one that was quiet for longest makes room.
    package static let mostSources = 4096
    /// What the combination is called beside the detectors.
    package static let combinedName = "combined"

    private struct Window {
        let name: String
        /// Of the calibration's own images, ascending.
        let clean: [Double]
        var live: [Double] = []
        var last: TwoSampleTest?
    }

    private struct Source {
        var evidence = SourceEvidence()
        var lastSeen = 0
    }

    private struct State {
        var windows: [Window]
        var sources: [String: Source] = [:]
        var seen = 0
    }

    private let share: Double
    private let state: Mutex<State>

    /// A monitor that has seen nothing.
    package init(calibration: RouteCalibration) {
        var windows = calibration.detectors.map { Window(name: $0.detector, clean: $0.cleanPValues) }
        if let all = calibration.all {
            windows.append(Window(name: Self.combinedName, clean: all.cleanPValues))
        }
        share = SourceEvidence.share(of: calibration.sample.images)
        state = Mutex(State(windows: windows))
    }

    /// Takes what one image of `source` came to. `pValues` are by detector, `combined` is of all detectors together, and
    /// `evidence` is what counts for or against the source. Each must be given for every image of the route or for a choice
    /// that does not depend on it: a sample of odd-looking images is odd.
    package func observe(
        pValues: [(detector: String, pValue: Double)], combined: Double?, evidence: Double?, source: String
    ) -> [DriftAlarm] {
        state.withLock { state in
            state.seen += 1
            var alarms: [DriftAlarm] = []
            for (detector, pValue) in pValues {
                alarms += Self.add(pValue, to: detector, in: &state.windows)
            }
            if let combined {
                alarms += Self.add(combined, to: Self.combinedName, in: &state.windows)
            }
            if let evidence, let alarm = note(evidence, of: source, &state) { alarms.append(alarm) }
            return alarms
        }
    }

    /// The last whole window of each detector; for metrics.
    package var distances: [Distance] {
        state.withLock { state in
            state.windows.map {
                Distance(detector: $0.name, distance: $0.last?.distance ?? 0, critical: $0.last?.critical ?? 1)
            }
        }
    }

    /// Sources that are watched now.
    package var sourceCount: Int { state.withLock { $0.sources.count } }

    private static func add(_ pValue: Double, to name: String, in windows: inout [Window]) -> [DriftAlarm] {
        guard let index = windows.firstIndex(where: { $0.name == name }) else { return [] }
        windows[index].live.append(pValue)
        guard windows[index].live.count >= windowImages else { return [] }
        let test = TwoSampleTest(windows[index].live.sorted(), windows[index].clean)
        windows[index].live.removeAll(keepingCapacity: true)
        windows[index].last = test
        guard test.isShifted else { return [] }
        return [
            .shift(detector: name, distance: test.distance, critical: test.critical, images: windowImages)
        ]
    }

    private func note(_ pValue: Double, of name: String, _ state: inout State) -> DriftAlarm? {
        if state.sources[name] == nil, state.sources.count >= Self.mostSources {
            let oldest = state.sources.min { $0.value.lastSeen < $1.value.lastSeen }
            if let oldest { state.sources[oldest.key] = nil }
        }
        var source = state.sources[name] ?? Source()
        source.lastSeen = state.seen
        defer { state.sources[name] = source }
        guard source.evidence.observe(pValue, share: share) else { return nil }
        let alarm = DriftAlarm.source(name, odd: source.evidence.odd, images: source.evidence.images)
        source.evidence.reset()
        return alarm
    }
}

extension DetectorCalibration {
    /// The p-values of the calibration's own images, ascending, each counted once: what clean traffic looks like here,
    /// ties included.
    var cleanPValues: [Double] {
        let named = strata.filter { !$0.name.isEmpty }
        let bands = strata.filter { $0.name.isEmpty }
        // The last stratum holds every image again, beside the bands.
        let leaves = named.isEmpty ? (bands.count > 1 ? Array(bands.dropLast()) : bands) : named
        return leaves.flatMap(\.ownPValues).sorted()
    }
}

extension CombinationCalibration {
    /// The same for the combination.
    var cleanPValues: [Double] {
        ScoreStratum(name: "", upToLevel: nil, scores: statistics).ownPValues.sorted()
    }
}

extension ScoreStratum {
    /// The p-value of each of its own scores among the others.
    fileprivate var ownPValues: [Double] {
        var values: [Double] = []
        values.reserveCapacity(scores.count)
        var first = 0
        for index in scores.indices {
            if scores[index] != scores[first] { first = index }
            // As `pValue(of:)` gives it to a live image, so that equal scores are equal p-values.
            values.append(Double(scores.count - first + 1) / Double(scores.count + 1))
        }
        return values
    }
}
