internal import PixelKernels

/// Which features a detector compares with which.
struct ExcessPlan: Sendable {
    /// Positions in `ResidualFeatures.values`, by the part of the image's residual that they belong to.
    let groups: [(name: String, targets: [Int])]
    /// Positions of what the targets are predicted from.
    let covariates: [Int]

    /// A plan of these names.
    init(groups: [(name: String, targets: [String])], covariates: [String]) {
        self.groups = groups.map { ($0.name, ResidualFeatures.positions(of: $0.targets)) }
        self.covariates = ResidualFeatures.positions(of: covariates)
    }

    /// Targets of all groups.
    var targetCount: Int { groups.reduce(0) { $0 + $1.targets.count } }

    /// The covariates, then the targets of each group.
    func values(_ features: ResidualFeatures) -> [Double] {
        (covariates + groups.flatMap(\.targets)).map { features.values[$0] }
    }
}

/// What a detector of residuals learned: a model for each stratum with enough clean images, one for all colour and one for
/// all grey images.
struct ExcessFit: Sendable {
    /// The numbers' meaning; raised when it changes.
    static let version = 1.0
    /// Images of a stratum that learn a model of their own.
    static let fewestInStratum = 300
    /// Images that learn a model for all strata.
    static let fewest = 20
    /// What the strata of grey images end in.
    static let greySuffix = "-grey"

    private let models: [String: ExcessModel]

    /// The name of the model for all colour or all grey images.
    private static func common(_ stratum: String) -> String {
        stratum.hasSuffix(greySuffix) ? "grey" : "colour"
    }

    /// The model that an image of this stratum is compared by; nil when nothing was learned of its kind.
    func model(for stratum: String) -> ExcessModel? {
        models[stratum] ?? models[Self.common(stratum)]
    }

    /// Learns from clean images; `plan` gives the plan of a stratum, nil where it has none.
    ///
    /// Throws `.cannotFit` when neither colour nor grey images suffice.
    static func learn(
        _ sample: [DetectorFeatures], detector: String, plan: (_ stratum: String) -> ExcessPlan?
    ) throws(DetectorError) -> DetectorFit {
        var values: [String: [Double]] = ["version": [version]]
        var most = 0
        let usable = sample.filter { $0.values.allSatisfy(\.isFinite) }
        for kind in ["colour", "grey"] {
            let members = usable.filter { common($0.stratum) == kind }
            most = max(most, members.count)
            guard members.count >= fewest, let plan = members.first.flatMap({ plan($0.stratum) }) else { continue }
            var parts = [(kind, members)]
            for stratum in Set(members.map(\.stratum)).sorted() {
                let own = members.filter { $0.stratum == stratum }
                if own.count >= fewestInStratum { parts.append((stratum, own)) }
            }
            for (name, part) in parts {
                guard let model = Self.model(of: part, plan) else { continue }
                values["\(name).means"] = model.means
                values["\(name).deviations"] = model.deviations
                values["\(name).weights"] = model.weights.flatMap { $0 }
                values["\(name).scales"] = model.scales
            }
        }
        guard values.count > 1 else {
            throw .cannotFit(
                detector: detector,
                detail:
                    "\(most) usable images (12 pixels a side or more) of one kind, colour or grey; \(fewest) would do")
        }
        return DetectorFit(values: values)
    }

    private static func model(of members: [DetectorFeatures], _ plan: ExcessPlan) -> ExcessModel? {
        let split = plan.covariates.count
        guard members.allSatisfy({ $0.values.count == split + plan.targetCount }) else { return nil }
        return ExcessModel(
            covariates: members.map { Array($0.values[..<split]) }, targets: members.map { Array($0.values[split...]) })
    }

    /// Reads a fit back; throws `.cannotFit` when the numbers are not those of this version and these plans.
    init(_ fit: DetectorFit, detector: String, plan: (_ stratum: String) -> ExcessPlan?) throws(DetectorError) {
        guard fit.values["version"] == [Self.version] else {
            throw .cannotFit(detector: detector, detail: "the fit is of another version; calibrate again")
        }
        let names = Set(fit.values.keys.filter { $0 != "version" }.map { $0.prefix { $0 != "." } }).map(String.init)
        var models: [String: ExcessModel] = [:]
        for name in names {
            let stratum = name == "grey" ? Self.greySuffix : name
            guard let plan = plan(stratum),
                let model = ExcessModel(
                    means: fit.values["\(name).means"] ?? [], deviations: fit.values["\(name).deviations"] ?? [],
                    weights: fit.values["\(name).weights"] ?? [], scales: fit.values["\(name).scales"] ?? []),
                model.means.count == plan.covariates.count, model.scales.count == plan.targetCount
            else {
                throw .cannotFit(
                    detector: detector, detail: "the numbers of \(name) are not of this shape; calibrate again")
            }
            models[name] = model
        }
        guard !models.isEmpty else {
            throw .cannotFit(detector: detector, detail: "the fit holds nothing; calibrate again")
        }
        self.models = models
    }
}
