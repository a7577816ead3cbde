/// How many images of each attack, and how many clean ones, have a p-value of at most a rate.
///
/// Shares are of the attacked images that still fool the unguarded model. An image without a p-value counts as not
/// detected: a check that did not happen finds nothing.
package struct DetectionRates: Hashable, Sendable {
    /// One detector against one attack at one rate.
    package struct Cell: Hashable, Sendable {
        /// A detector, or `combined`.
        package let detector: String
        /// An attack, or `ALL`.
        package let attack: String
        /// The false-positive rate that was asked for.
        package let rate: Double
        /// Images found.
        package let detected: Proportion
    }

    /// One detector on clean images at one rate.
    package struct CleanCell: Hashable, Sendable {
        /// A detector, or `combined`.
        package let detector: String
        /// A role, or `ALL`.
        package let role: String
        /// The false-positive rate that was asked for.
        package let rate: Double
        /// Images found all the same.
        package let falsePositives: Proportion
        /// The class with the highest share among those with at least `fewestOfClass` images; nil without any.
        package let worstClass: WorstClass?
    }

    /// A class and its false positives.
    package struct WorstClass: Hashable, Sendable {
        /// Its name.
        package let name: String
        /// Of its images.
        package let falsePositives: Proportion
    }

    /// Fewest clean images of a class whose share is looked at.
    package static let fewestOfClass = 20

    /// Detectors with p-values, in order of name, then `combined` where there is one.
    package let detectors: [String]
    /// By attack, `ALL` last.
    package let attacks: [String]
    /// By role, `ALL` last.
    package let roles: [String]
    /// Every detector against every attack at every rate.
    package let cells: [Cell]
    /// Every detector on every role at every rate.
    package let clean: [CleanCell]

    /// The rates of `images`.
    package init(_ images: [EvaluatedImage], rates: [Double]) {
        var names = Set(images.flatMap { image in image.scores.filter { $0.value.pValue != nil }.map(\.key) }).sorted()
        if images.contains(where: { $0.combined != nil }) { names.append(EvaluatedImage.combinedName) }
        detectors = names
        let fooling = images.filter(\.isFooling)
        let benign = images.filter(\.isClean)
        let attackNames = Set(fooling.compactMap(\.outcome.attack)).sorted()
        attacks = attackNames.isEmpty ? [] : attackNames + ["ALL"]
        let roleNames = Set(benign.compactMap(\.role)).sorted()
        roles = benign.isEmpty ? [] : roleNames + ["ALL"]
        let groups = attacks.map { name in
            (name, name == "ALL" ? fooling : fooling.filter { $0.outcome.attack == name })
        }
        let cleanGroups = roles.map { name in (name, name == "ALL" ? benign : benign.filter { $0.role == name }) }
        var cells: [Cell] = []
        var clean: [CleanCell] = []
        for detector in names {
            for rate in rates {
                cells += groups.map { name, members in
                    Cell(
                        detector: detector, attack: name, rate: rate,
                        detected: Self.share(of: members, detector, rate))
                }
                clean += cleanGroups.map { name, members in
                    CleanCell(
                        detector: detector, role: name, rate: rate,
                        falsePositives: Self.share(of: members, detector, rate),
                        worstClass: Self.worst(of: members) { ($0.pValue(of: detector) ?? 1) <= rate })
                }
            }
        }
        self.cells = cells
        self.clean = clean
    }

    /// What speaks for all: the combination, or where there is none the only detector with p-values; nil otherwise.
    package var leading: String? {
        if detectors.last == EvaluatedImage.combinedName { return EvaluatedImage.combinedName }
        return detectors.count == 1 ? detectors.first : nil
    }

    /// The clean cell of one detector, role and rate; nil where there is none.
    package func cleanCell(_ detector: String, _ role: String, _ rate: Double) -> CleanCell? {
        clean.first { $0.detector == detector && $0.role == role && $0.rate == rate }
    }

    /// The cell of one detector, attack and rate; nil where there is none.
    package func cell(_ detector: String, _ attack: String, _ rate: Double) -> Cell? {
        cells.first { $0.detector == detector && $0.attack == attack && $0.rate == rate }
    }

    private static func share(of images: [EvaluatedImage], _ detector: String, _ rate: Double) -> Proportion {
        Proportion(of: images, source: \.outcome.source) { ($0.pValue(of: detector) ?? 1) <= rate }
    }

    /// The class of `images` with the highest share of those that `isFlagged`, the first by name of equals; nil where none
    /// has `fewestOfClass` images.
    static func worst(of images: [EvaluatedImage], _ isFlagged: (EvaluatedImage) -> Bool) -> WorstClass? {
        let byClass = Dictionary(grouping: images, by: \.outcome.trueLabel)
        let classes = byClass.filter { $0.value.count >= fewestOfClass }.map { name, members in
            WorstClass(name: name, falsePositives: Proportion(members.count(where: isFlagged), of: members.count))
        }
        return classes.sorted { $0.name < $1.name }.max {
            ($0.falsePositives.share ?? 0) < ($1.falsePositives.share ?? 0)
        }
    }
}
