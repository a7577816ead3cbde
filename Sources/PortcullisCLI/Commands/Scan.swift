import AdmissionPolicy
import ArgumentParser
import GuardPipeline

/// `portcullis scan DIR`.
struct Scan: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Does for a folder of images what the guard does for requests.",
        discussion: """
            Judges every file below the folder as its route would while enforcing, and appends one row for each to a CSV \
            table: verdict, reasons, what the model reads, scores, p-values. Originals are opened for reading alone. \
            Symbolic links are not followed, hidden files not looked at.

            Given again, the same command keeps the rows of files whose bytes are the same and judges the others. \
            --sort-into makes folders forward, flag, divert and reject with hard links to the files, or copies where links \
            cannot be made. Detectors that remember other images take no part, so that a verdict depends on its file alone.

            Exits with 0 when every file would be forwarded, with 1 when one would not or could not be judged.

            Examples:
              portcullis scan inbox/ --upstream http://127.0.0.1:8000 --path /predict --policy mine.yaml --out results.csv
              portcullis scan cheques/ --self --path /cheque --policy cheque-intake --out results.csv --sort-into sorted/
            """)

    @Argument(help: ArgumentHelp("The folder.", valueName: "dir"), completion: .directory) var folder: String
    @OptionGroup var model: ModelOptions
    @Option(help: ArgumentHelp("The policy: a path or a built-in name.", valueName: "name-or-path"))
    var policy = PolicySource.defaultName
    @Option(
        help: ArgumentHelp(
            "The route of the policy (default: the one that takes POST to --path, else its first).", valueName: "name"))
    var route: String?
    @Option(help: ArgumentHelp("The table.", valueName: "results.csv"), completion: .file(extensions: ["csv"]))
    var out: String
    @Option(
        help: ArgumentHelp("A folder that gets links to the files by verdict.", valueName: "dir"),
        completion: .directory)
    var sortInto: String?
    @Option(
        help: ArgumentHelp("An audit log that gets a record for each judged file.", valueName: "dir"),
        completion: .directory)
    var audit: String?
    @Option(help: ArgumentHelp("Files that are open at once.", valueName: "count")) var concurrency = 4
    @Option(
        help: ArgumentHelp(
            "The deployment key, for policies with random copies (default: a fresh one).", valueName: "file"))
    var keyFile: String?

    func validate() throws {
        if !model.isGiven { throw ValidationError("name a model: --upstream or --self") }
        guard (1...1024).contains(concurrency) else { throw ValidationError("--concurrency must be from 1 to 1024") }
        if !out.hasSuffix(".csv") { throw ValidationError("--out must end in .csv") }
    }

    func run() async throws {
        let plan = try PolicySource.load(policy).with(mode: .enforce)
        let (route, leftOut) = try PolicySource.route(route, of: plan, at: model.answerPath).withoutMemory()
        for name in leftOut {
            Terminal.note("\(name) is left out: what it says depends on the order in which images come")
        }
        let job = ScanJob(
            folder: folder, plan: plan, route: route, model: model, output: out, sortInto: sortInto, audit: audit,
            key: try KeyFile.load(keyFile) ?? .ephemeral(),
            concurrency: concurrency)
        try job.checkPlaces()
        let summary = try await Interruption.cancelling { try await job.run() }
        show(summary)
        if summary.isInterrupted {
            throw CommandFailure.unreachable("interrupted: the same command goes on from here")
        }
        if !summary.isFine { throw ExitCode(ExitStatus.findings.rawValue) }
    }

    private func show(_ summary: ScanJob.Summary) {
        for path in summary.passedOver.prefix(20) { Terminal.note("passed over: \(path)") }
        if summary.passedOver.count > 20 { Terminal.note("passed over: \(summary.passedOver.count - 20) more") }
        let counts = VerdictKind.allCases.map { "\($0.rawValue) \(summary.verdicts[$0] ?? 0)" }
        Terminal.print(
            "\(summary.done) of \(summary.total) files: \(counts.joined(separator: ", ")), not judged \(summary.failed); "
                + "\(summary.kept) rows were there already")
    }
}

/// The deployment key of a command that makes none.
enum KeyFile {
    /// The key in the file at `path`; nil when no path is given. Throws when there is no such file or no key in it.
    static func load(_ path: String?) throws(CommandFailure) -> DeploymentKey? {
        guard let path else { return nil }
        // Asking for a key makes one where there is none: a mistyped path must not.
        guard case .success = BoundedFile.read(path, limit: 1 << 16) else {
            throw .unreachable("the key file \(path) cannot be read")
        }
        do throws(DeploymentKeyError) {
            return try DeploymentKey.loadOrCreate(path: path)
        } catch {
            throw .configuration(error.description)
        }
    }
}
