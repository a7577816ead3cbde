/// What clean images scored with one detector: turns a raw score into the share of clean images that look as odd.
package struct DetectorCalibration: Hashable, Sendable, Codable {
    /// The detector's name.
    package let detector: String
    /// The version of the detector; another version's scores cannot be compared.
    package let version: Int
    /// The parameters as text, by name.
    package let parameters: [String: String]
    /// What was learned from the part of the sample that is kept for fitting; nil for a detector that learns nothing.
    package let fit: DetectorFit?
    /// Never empty; the last one takes every score.
    package let strata: [ScoreStratum]

    /// One clean image's score.
    package struct Sample: Hashable, Sendable, Codable {
        /// As the detector gave it.
        package let score: Double
        /// `Signal.stratum`.
        package let stratum: String
        /// `Signal.level`.
        package let level: Double?

        /// A sample, each member named.
        package init(score: Double, stratum: String, level: Double?) {
            self.score = score
            self.stratum = stratum
            self.level = level
        }
    }

    /// Fewest images of a stratum of its own; below that, its scores are compared with those of all images.
    package static let fewestInStratum = 100
    /// Fewest images of one band of levels.
    package static let fewestInBand = 250
    /// Most bands of levels in a stratum.
    package static let mostBands = 8

    /// A calibration, each member named.
    package init(
        detector: String, version: Int, parameters: [String: String], fit: DetectorFit?, strata: [ScoreStratum]
    ) {
        self.detector = detector
        self.version = version
        self.parameters = parameters
        self.fit = fit
        self.strata = strata
    }

    /// A calibration from the scores of clean images; scores that are not finite are left out. Nil when none is left.
    ///
    /// Words with at least `fewestInStratum` images get strata of their own, in bands of equal numbers by level where
    /// levels are given; the last stratum holds every image.
    package init?(
        detector: String, version: Int, parameters: [String: String], fit: DetectorFit?, samples: [Sample]
    ) {
        let usable = samples.filter { $0.score.isFinite && ($0.level?.isFinite ?? true) }
        guard !usable.isEmpty else { return nil }
        var strata: [ScoreStratum] = []
        let names = Set(usable.map(\.stratum)).sorted()
        for name in names where !name.isEmpty {
            let members = usable.filter { $0.stratum == name }
            if members.count >= Self.fewestInStratum { strata += Self.bands(of: members, name: name) }
        }
        strata += Self.bands(of: usable, name: "")
        strata.append(ScoreStratum(name: "", upToLevel: nil, scores: usable.map(\.score)))
        self.init(detector: detector, version: version, parameters: parameters, fit: fit, strata: strata)
    }

    /// The clean images that `signal` is compared with.
    package func stratum(for signal: Signal) -> ScoreStratum? {
        stratum(name: signal.stratum, level: signal.level)
    }

    /// The stratum of this name and level, or the one of every image.
    package func stratum(name: String, level: Double?) -> ScoreStratum? {
        let named = name.isEmpty ? [] : strata.filter { $0.name == name }
        let candidates = named.isEmpty ? strata.filter { $0.name.isEmpty } : named
        return candidates.first { stratum in
            guard let bound = stratum.upToLevel else { return true }
            return (level ?? .infinity) <= bound
        } ?? strata.last
    }

    /// The share of clean images that look at least as odd as `signal`.
    package func pValue(of signal: Signal) -> Double? {
        stratum(for: signal)?.pValue(of: signal.score)
    }

    /// `members` in bands of equal numbers by level; one band where some have no level or there are too few.
    private static func bands(of members: [Sample], name: String) -> [ScoreStratum] {
        let levels = members.compactMap(\.level).sorted()
        let count = min(mostBands, members.count / fewestInBand)
        guard levels.count == members.count, count > 1, levels.first != levels.last else {
            return [ScoreStratum(name: name, upToLevel: nil, scores: members.map(\.score))]
        }
        var bounds = (1..<count).map { levels[$0 * levels.count / count] }
        bounds = bounds.enumerated().filter { $0.offset == 0 || bounds[$0.offset - 1] < $0.element }.map(\.element)
        var bands: [ScoreStratum] = []
        var low = -Double.infinity
        for bound in bounds + [Double.infinity] {
            let inside = members.filter { ($0.level ?? 0) > low && ($0.level ?? 0) <= bound }
            if !inside.isEmpty {
                bands.append(
                    ScoreStratum(name: name, upToLevel: bound.isFinite ? bound : nil, scores: inside.map(\.score)))
            }
            low = bound
        }
        return bands
    }
}
