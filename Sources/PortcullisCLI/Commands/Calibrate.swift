import AdmissionPolicy
import AdversarialDetectors
import ArgumentParser
import RobustnessEvaluation

/// `portcullis calibrate`.
struct Calibrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures what clean images score, so that a policy can ask for false-positive rates.",
        discussion: """
            Runs clean images through the stages of a route, rules left aside, and writes what every detector scored to a \
            calibration file. Prints the threshold at each rate, how many clean images it flags out of sample with 95 % \
            Clopper-Pearson intervals, what that comes to for requests and client-days, and how far hostile images in the \
            sample would move it. A rate that so few images cannot promise is refused.

            The images are those that you vouch for: a folder, a role of a manifest, or what an audit log saw forwarded \
            (joined with files by hash, so many a client at most, nothing that was ever flagged). Where a detector has to be \
            fitted, one part of them (by hash) fits and the rest sets thresholds.

            An interrupted run goes on where it was when the same command is given again.

            Examples:
              portcullis calibrate --clean scans/ --upstream http://127.0.0.1:8000 --path /predict --policy mine.yaml
              portcullis calibrate --self --path /digit --policy cheque-intake --manifest lab/mnist/clean.csv --role clean_cal
              portcullis calibrate --from-audit portcullis-data/audit --images archive/ --upstream http://127.0.0.1:8000 \
            --policy mine.yaml --out mine.calibration.json
            """)

    @OptionGroup var sample: SampleOptions
    @OptionGroup var model: ModelOptions
    @Option(help: ArgumentHelp("The policy: a path or a built-in name.", valueName: "name-or-path"))
    var policy: String
    @Option(
        help: ArgumentHelp(
            "The route of the policy (default: the one that takes POST to --path, else its first).", valueName: "name"))
    var route: String?
    @Option(
        help: ArgumentHelp("The calibration file (default: ROUTE.calibration.json).", valueName: "file"),
        completion: .file(extensions: ["json"]))
    var out: String?
    @Flag(help: "Replace the file when it exists.") var force = false
    @Option(help: ArgumentHelp("How detectors are combined: min-p or truncated-cauchy.", valueName: "method"))
    var combine = ScoreCombination.minP
    @Option(
        name: .customLong("model"),
        help: ArgumentHelp("What the model is called in the file (default: its address).", valueName: "name"))
    var modelName: String?
    @OptionGroup var report: ReportOptions
    @Option(help: ArgumentHelp("Images that are open at once.", valueName: "count")) var concurrency = 4
    @Option(help: ArgumentHelp("Random copies derive from it.", valueName: "text")) var seed = "calibration"

    func validate() throws {
        if !model.isGiven { throw ValidationError("name a model: --upstream or --self") }
        guard (1...1024).contains(concurrency) else { throw ValidationError("--concurrency must be from 1 to 1024") }
    }

    func run() async throws {
        let plan = try PolicySource.loadForCalibration(policy)
        let route = try PolicySource.route(route, of: plan, at: model.answerPath)
        let job = CalibrationJob(
            plan: plan, policyName: policy, route: route, model: model, modelName: modelName ?? model.name,
            output: out ?? "\(route.name).calibration.json", isForced: force, method: combine,
            fitShare: sample.fitShare, rates: try report.parsedRates(), concurrency: concurrency, seed: seed)
        try job.checkOutput()
        let source = try sample.source()
        let images = report.imagesPerRequest
        let days =
            report.requestsPerDay.map { [$0] } ?? source.requestsPerDay.map { Set([$0.median, $0.most]).sorted() } ?? []
        try await Interruption.cancelling {
            try await job.run(source, imagesPerRequest: try Counts.parse(images, "--images-per-request"), days: days)
        }
    }
}

extension ScoreCombination: ExpressibleByArgument {}

/// The clean images that a command is given.
struct SampleOptions: ParsableArguments {
    @Option(help: ArgumentHelp("A folder of clean images.", valueName: "dir"), completion: .directory) var clean:
        String?
    @Option(
        help: ArgumentHelp("A CSV of images: file, role, true_label.", valueName: "csv"),
        completion: .file(extensions: ["csv"]))
    var manifest: String?
    @Option(help: ArgumentHelp("The role of the manifest's clean images.", valueName: "name")) var role: String?
    @Option(help: ArgumentHelp("An audit log of traffic that was forwarded.", valueName: "dir"), completion: .directory)
    var fromAudit: String?
    @Option(
        help: ArgumentHelp("The folder with the files of the log's images.", valueName: "dir"), completion: .directory)
    var images: String?
    @Option(help: ArgumentHelp("At most this many images of one client, with --from-audit.", valueName: "count"))
    var perClient = 200
    @Option(help: ArgumentHelp("The share of images that detectors are fitted on.", valueName: "share"))
    var fitShare = 0.5

    func validate() throws {
        let ways = [clean != nil, manifest != nil, fromAudit != nil].count { $0 }
        guard ways == 1 else { throw ValidationError("give one of --clean, --manifest and --from-audit") }
        if (manifest != nil) != (role != nil) { throw ValidationError("--manifest and --role belong together") }
        if (fromAudit != nil) != (images != nil) { throw ValidationError("--from-audit and --images belong together") }
        guard perClient >= 1 else { throw ValidationError("--per-client must be at least 1") }
        guard fitShare > 0, fitShare < 1 else { throw ValidationError("--fit-share must lie between 0 and 1") }
    }

    /// The images.
    func source() throws(CommandFailure) -> CleanSource {
        if let clean { return try .folder(clean) }
        if let manifest, let role { return try .manifest(manifest, role: role) }
        if let fromAudit, let images { return try .audit(fromAudit, images: images, perClient: perClient) }
        throw .usage("give one of --clean, --manifest and --from-audit")
    }
}

/// What is said about thresholds.
struct ReportOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "False-positive rates, with commas (default: those of 5%, 1% and 0.1% that the sample can promise).",
            valueName: "rates"))
    var rates: String?
    @Option(help: ArgumentHelp("Images of one request, with commas.", valueName: "counts")) var imagesPerRequest =
        "1,8,32"
    @Option(
        help: ArgumentHelp("Images of one client in a day (default: as the audit log has it).", valueName: "count"))
    var requestsPerDay: Int?

    func validate() throws {
        if let requestsPerDay, requestsPerDay < 1 { throw ValidationError("--requests-per-day must be at least 1") }
    }

    /// The rates; nil when none are given.
    func parsedRates() throws(CommandFailure) -> [Double]? {
        guard let rates else { return nil }
        var parsed: [Double] = []
        for part in rates.split(separator: ",", omittingEmptySubsequences: false) {
            guard let rate = RateText.parse(String(part)) else {
                throw .usage("--rates must be shares up to 50 % such as 5%,1%,0.1%; \"\(part)\" is not")
            }
            if !parsed.contains(rate) { parsed.append(rate) }
        }
        return parsed
    }
}

/// Whole numbers with commas between them.
enum Counts {
    /// The numbers, each from 1 to a million.
    static func parse(_ text: String, _ option: String) throws(CommandFailure) -> [Int] {
        var counts: [Int] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let count = Int(part), (1...1_000_000).contains(count) else {
                throw .usage("\(option) must be whole numbers from 1 with commas between them; \"\(part)\" is not")
            }
            counts.append(count)
        }
        return counts
    }
}
