import AdmissionPolicy
import ArgumentParser
import AuditTrail
import Foundation
import RobustnessEvaluation

/// `portcullis evaluate`.
struct Evaluate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures what a live guard detects and what it costs clean images.",
        discussion: """
            Sends the images of manifests through a guard, and to the model itself, reads verdicts, scores and p-values from \
            the audit log by request id, and reports with 95 % Clopper-Pearson intervals: what was detected, accepted \
            unflagged with the attacker's label, answered right; what each detector and all together find at fixed \
            false-positive rates; false positives on clean images and on the class that has most; ROC curves; latency and \
            extra model calls. Nothing is left out silently: requests without a verdict and checks that did not happen are \
            counted.

            A manifest is CSV: file, attack, true_label, pred_adv_png, still_adversarial for attacked images; file, role, \
            true_label for clean ones. Files lie below the manifest's folder.

            The guard is started on loopback under --policy, enforced, in front of --upstream, or of the embedded model with \
            --self; or it runs already (--guard and --audit; --policy says where its answers hold scores).

            Examples:
              portcullis evaluate --manifest attacked.csv --manifest clean.csv --upstream http://127.0.0.1:8000 \
            --path /predict --policy mine.yaml --out report/
              portcullis evaluate --self --policy cheque-intake --path /digit --manifest lab/mnist/manifest.csv \
            --manifest lab/mnist/clean.csv
              portcullis evaluate --guard http://127.0.0.1:8080 --audit portcullis-data/audit --policy mine.yaml \
            --path /predict --manifest mine.csv
              portcullis evaluate --self --path /digit --manifest clean.csv --calibrate clean_cal --rate 0.05
            """)

    @Option(
        help: ArgumentHelp("A CSV of images; may be given more than once.", valueName: "csv"),
        completion: .file(extensions: ["csv"]))
    var manifest: [String]
    @OptionGroup var choice: GuardChoice
    @Option(
        help: ArgumentHelp("The detector whose raw score --calibrate and the summary read.", valueName: "name"))
    var detector = "feature-squeezing"
    @Option(help: ArgumentHelp("Only this attack; may be given more than once.", valueName: "name")) var attack:
        [String] = []
    @Option(help: ArgumentHelp("Only clean images of this role; may be given more than once.", valueName: "name"))
    var role: [String] = []
    @Option(help: ArgumentHelp("At most this many images of each attack and role.", valueName: "count")) var limit: Int?
    @Option(help: ArgumentHelp("Requests that are open at once.", valueName: "count")) var concurrency = 4
    @Option(
        help: ArgumentHelp("Print the threshold that the scores of clean images of this role give.", valueName: "role"))
    var calibrate: String?
    @Option(
        help: ArgumentHelp("The share of clean images that may score higher, with --calibrate.", valueName: "share"))
    var rate = 0.05
    @OptionGroup var output: EvaluationOutput

    func validate() throws {
        if manifest.isEmpty { throw ValidationError("name at least one --manifest") }
        guard (1...1024).contains(concurrency) else { throw ValidationError("--concurrency must be from 1 to 1024") }
        guard rate >= 0, rate < 1 else { throw ValidationError("--rate must be from 0 to below 1") }
        if let limit, limit < 1 { throw ValidationError("--limit must be at least 1") }
        if calibrate != nil, output.out != nil {
            throw ValidationError("--calibrate sets a raw threshold and makes no report: leave out --out")
        }
    }

    func run() async throws {
        let table = EvaluationTable(
            targets: try TargetText.parse(output.target), peers: try output.parsedPeers(), output: output)
        let rates = try output.parsedRates()
        let (plan, route) = try choice.route()
        let images = try EvaluationImages(manifests: manifest, attacks: attack, roles: role, limit: limit)
        let folder = output.out.map { ReportFolder(path: $0, isForced: output.force) }
        try folder?.prepare()
        let begun = AuditTime.system().description
        let evaluation = Evaluation(
            images: images, path: choice.answerPath, detector: detector, scores: route.scores,
            concurrency: concurrency)
        let measured = try await EvaluationRun(choice: choice, evaluation: evaluation, plan: plan).images()
        complain(measured)
        let subject = subject(plan, route, images, begun)
        let report = EvaluationReport(subject: subject, images: measured, rates: rates)
        try check(output.parsedDetectors, report)
        Terminal.print(String(report.text().dropLast()))
        if calibrate == nil {
            for note in report.notes { Terminal.note("note: \(note)") }
        }
        var rows = report.rows(shown: output.parsedDetectors, targets: table.targets, peers: table.peers)
        if let calibrate {
            rows = try thresholdRows(calibrate, images, measured, table)
        }
        if let folder {
            try folder.write(report)
            Terminal.print("\nwrote \(folder.path)/report.html, report.json and images.csv")
        }
        let isMet = try table.write(rows, manifests: manifest)
        if !isMet || !report.failed.isEmpty { throw ExitCode(ExitStatus.findings.rawValue) }
    }

    /// Names the first ten images about which something went wrong; files and tables count them all.
    private func complain(_ images: [EvaluatedImage]) {
        let problems = images.filter { $0.problem != nil }
        for image in problems.prefix(10) { Terminal.complain("\(image.path): \(image.problem ?? "")") }
        if problems.count > 10 { Terminal.complain("and \(problems.count - 10) more") }
    }

    /// A name in --detectors-shown that no record has is a mistake.
    private func check(_ shown: Set<String>?, _ report: EvaluationReport) throws(CommandFailure) {
        let known = report.detectorNames + [EvaluatedImage.combinedName]
        for name in (shown ?? []).sorted() where !known.contains(name) {
            let names = report.detectorNames.joined(separator: ", ")
            throw .usage("--detectors-shown: no record has the detector \"\(name)\"; there are \(names)")
        }
    }

    /// Prints the threshold and what it alone would decide about the images that did not make it; the rows of that.
    private func thresholdRows(
        _ role: String, _ images: EvaluationImages, _ measured: [EvaluatedImage], _ table: EvaluationTable
    ) throws(CommandFailure) -> [ResultRow] {
        let calibration = try Calibration(
            role: role, rate: rate, scores: measured.filter { $0.role == role }.compactMap(\.outcome.score))
        Terminal.print("\n" + calibration.text(detector: detector))
        let others = measured.filter { $0.role != role }.map { calibration.judge($0.outcome) }
        let summary = AttackSummary(others)
        if !others.isEmpty {
            Terminal.print("\nif this threshold alone decided (calibration images left out):\n")
            Terminal.print(String(summary.text().dropLast()))
        }
        return summary.rows(targets: table.targets)
    }

    private func subject(
        _ plan: PolicyPlan, _ route: RoutePlan, _ images: EvaluationImages, _ time: String
    ) -> EvaluationSubject {
        var subject = EvaluationSubject(
            policy: plan.name, policySHA256: plan.sha256, route: route.name, path: choice.answerPath)
        subject.calibration = route.calibration.map { EvaluationSubject.CalibrationSource($0) }
        subject.model = choice.upstream ?? (choice.isSelf ? "embedded" : nil)
        subject.guardName = choice.guardURL ?? "started on loopback, enforced"
        subject.manifests = images.sources
        subject.isModelAsked = choice.isModelAsked
        subject.isGateOpened = choice.gate == .open
        subject.concurrency = concurrency
        subject.command = EvaluationOutput.command()
        subject.commit = output.commit
        subject.machine = MachineDescription.current()
        subject.time = time
        subject.version = Portcullis.version
        return subject
    }
}
