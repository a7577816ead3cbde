import AdmissionPolicy
import ArgumentParser
import Foundation
import RobustnessEvaluation

/// `portcullis evaluate`.
struct Evaluate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures what a live guard detects and what it costs clean images.",
        discussion: """
            Sends the images of manifests through a running guard, reads its verdicts and scores from the audit log by \
            request id, and prints, for each attack with 95 % Clopper-Pearson intervals: detected; accepted unflagged with \
            the attacker's label; answered right. For clean images: answered right and unflagged; false positives.

            A manifest is CSV: file, attack, true_label, pred_adv_png, still_adversarial for attacked images; file, role, \
            true_label for clean ones. Files lie below the manifest's folder.

            Either against a guard that runs (--guard and --audit; --policy says where its answers hold scores), or --self: \
            the embedded model and a guard under --policy, enforced, on loopback.

            Examples:
              portcullis evaluate --self --policy cheque-intake --path /digit --manifest lab/mnist/manifest.csv \
            --manifest lab/mnist/clean.csv
              portcullis evaluate --guard http://127.0.0.1:8080 --audit portcullis-data/audit --policy policy.yaml \
            --path /predict --manifest mine.csv
              portcullis evaluate --self --path /digit --manifest clean.csv --calibrate clean_cal --rate 0.05
            """)

    @Option(
        help: ArgumentHelp("A CSV of images; may be given more than once.", valueName: "csv"),
        completion: .file(extensions: ["csv"]))
    var manifest: [String]
    @Option(name: .customLong("guard"), help: ArgumentHelp("The running guard.", valueName: "url")) var guardURL:
        String?
    @Option(help: ArgumentHelp("The running guard's audit log.", valueName: "dir"), completion: .directory)
    var audit: String?
    @Flag(name: .customLong("self"), help: "Start the embedded model and a guard on loopback.") var isSelf = false
    @Option(help: ArgumentHelp("The policy: a path or a built-in name.", valueName: "name-or-path"))
    var policy = PolicySource.defaultName
    @Option(help: ArgumentHelp("The path that images are sent to.", valueName: "path")) var path = "/digit"
    @Option(help: ArgumentHelp("The detector whose score is read.", valueName: "name")) var detector =
        "feature-squeezing"
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
        guard isSelf || (guardURL != nil && audit != nil) else {
            throw ValidationError("give --self, or --guard with --audit")
        }
        if isSelf, guardURL != nil || audit != nil { throw ValidationError("--self excludes --guard and --audit") }
        if manifest.isEmpty { throw ValidationError("name at least one --manifest") }
        guard (1...1024).contains(concurrency) else { throw ValidationError("--concurrency must be from 1 to 1024") }
        if !path.hasPrefix("/") { throw ValidationError("--path must begin with a slash") }
        guard rate >= 0, rate < 1 else { throw ValidationError("--rate must be from 0 to below 1") }
        if let limit, limit < 1 { throw ValidationError("--limit must be at least 1") }
    }

    func run() async throws {
        let targets = try TargetText.parse(output.target)
        let plan = try PolicySource.load(policy)
        guard let route = plan.route(method: "POST", path: path, host: nil), route.handling == .inspect else {
            throw CommandFailure.usage(
                "the policy \(plan.name) inspects nothing at POST \(path); choose another --path")
        }
        let evaluation = Evaluation(
            images: try EvaluationImages(manifests: manifest, attacks: attack, roles: role, limit: limit), path: path,
            detector: detector, scores: route.scores, concurrency: concurrency)
        let result = try await measure(evaluation, plan)
        for problem in result.problems { Terminal.complain(problem) }
        let summary = AttackSummary(result.outcomes)
        Terminal.print(String(summary.text().dropLast()))
        var reported = summary
        if let calibrate {
            reported = try report(calibrate, evaluation, result)
        }
        let isMet = try output.write(reported, targets: targets, manifests: manifest)
        if !isMet || result.outcomes.contains(where: { $0.handling == .failed }) {
            throw ExitCode(ExitStatus.findings.rawValue)
        }
    }

    private func measure(_ evaluation: Evaluation, _ plan: PolicyPlan) async throws -> Evaluation.Result {
        if let guardURL, let audit {
            guard let address = WebAddress(guardURL) else {
                throw CommandFailure.usage(
                    "--guard must be a URL such as http://127.0.0.1:8080; \"\(guardURL)\" is not")
            }
            return try await evaluation.run(guard: address, auditDirectory: audit)
        }
        let folder = try StateFolders.makeTemporary()
        defer { StateFolders.remove(folder) }
        let local = LocalGuard(policy: plan.with(mode: .enforce), folder: folder)
        do {
            return try await local.run { addresses in
                try await evaluation.run(guard: addresses.guarded, auditDirectory: addresses.auditDirectory)
            }
        } catch is CancellationError {
            throw CommandFailure.unreachable("interrupted")
        }
    }

    /// Prints the threshold and what it alone would decide about the images that did not make it.
    private func report(
        _ role: String, _ evaluation: Evaluation, _ result: Evaluation.Result
    ) throws(CommandFailure) -> AttackSummary {
        let pairs = zip(evaluation.images.items, result.outcomes)
        let calibration = try Calibration(
            role: role, rate: rate, scores: pairs.filter { $0.0.row.role == role }.compactMap { $0.1.score })
        Terminal.print("\n" + calibration.text(detector: detector))
        let others = pairs.filter { $0.0.row.role != role }.map { calibration.judge($0.1) }
        let summary = AttackSummary(others)
        if !others.isEmpty {
            Terminal.print("\nif this threshold alone decided (calibration images left out):\n")
            Terminal.print(String(summary.text().dropLast()))
        }
        return summary
    }
}

/// Where the figures go.
struct EvaluationOutput: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Write the figures as a result table: this JSON, and Markdown beside it.", valueName: "name.json"),
        completion: .file(extensions: ["json"]))
    var out: String?
    @Option(
        help: ArgumentHelp(
            "Hold a figure of the table to a bound, such as \"detected ALL>=0.985\"; may be given more than once.",
            valueName: "bound"))
    var target: [String] = []
    @Option(help: ArgumentHelp("The commit that the table names.", valueName: "hash")) var commit = "unknown"
    @Option(
        help: ArgumentHelp(
            "What the table says that it was measured with (default: the manifests).", valueName: "words"))
    var data: String?

    func validate() throws {
        if let out, !out.hasSuffix(".json") { throw ValidationError("--out must end in .json") }
    }

    /// Writes the table where one is wanted; false when a figure misses its bound.
    func write(
        _ summary: AttackSummary, targets: [String: ResultRow.Target], manifests: [String]
    ) throws(CommandFailure) -> Bool {
        let rows = summary.rows(targets: targets)
        for name in targets.keys.sorted() where !rows.contains(where: { $0.name == name }) {
            throw .usage(
                "--target: the table has no row \"\(name)\"; it has \(rows.map(\.name).joined(separator: ", "))")
        }
        let folder = out.map { StateFolders.parent(of: $0) } ?? ""
        let file = out?.split(separator: "/").last.map(String.init) ?? "evaluation.json"
        let table = ResultTable(
            name: String(file.dropLast(".json".count)), command: Self.command(), commit: commit,
            machine: MachineDescription.current(), data: data ?? manifests.joined(separator: ", "), rows: rows)
        for miss in table.misses { Terminal.complain("\(miss.name) is \(miss.value), past its bound") }
        if out != nil {
            do throws(ResultError) {
                try table.write(into: folder.isEmpty ? "." : folder)
            } catch {
                throw .unreachable(error.description)
            }
        }
        return table.misses.isEmpty
    }

    /// The command that makes the table again, as a shell would take it.
    private static func command() -> String {
        let words = ["portcullis"] + CommandLine.arguments.dropFirst()
        return words.map { $0.contains(where: { " ><\"'".contains($0) }) ? "'\($0)'" : $0 }.joined(separator: " ")
    }
}
