import AdmissionPolicy
import ArgumentParser
import GuardPipeline

/// `portcullis doctor`.
struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says whether the guard would change a model's answers, before it stands in front of it.",
        discussion: """
            Sends a sample of images to the model as they are, and as the guard would forward them, and compares. Looks at \
            formats, sizes, limits and EXIF orientation as well. One line each: ok, warn or fail, with what to do.

            Exits with 0 unless a line says fail.

            Example:
              portcullis doctor --upstream http://127.0.0.1:8000 --path /predict --images samples/
            """)

    @Option(help: ArgumentHelp("The model.", valueName: "url")) var upstream: String
    @Option(
        help: ArgumentHelp("A folder of images like those that clients send.", valueName: "dir"), completion: .directory
    )
    var images: String
    @Option(help: ArgumentHelp("The path that takes an image as its body.", valueName: "path")) var path = "/"
    @Option(help: ArgumentHelp("The policy: a path or a built-in name.", valueName: "name-or-path"))
    var policy = PolicySource.defaultName
    @Option(
        help: ArgumentHelp("The route of the policy (default: the one that takes POST to --path).", valueName: "name"))
    var route: String?
    @Option(help: ArgumentHelp("At most this many images, spread over the folder.", valueName: "count")) var limit = 200
    @Flag(help: "Print one JSON object a line.") var json = false

    func validate() throws {
        if !path.hasPrefix("/") { throw ValidationError("--path must begin with a slash") }
        guard (1...100_000).contains(limit) else { throw ValidationError("--limit must be from 1 to 100000") }
    }

    func run() async throws {
        guard let address = WebAddress(upstream) else {
            throw CommandFailure.usage("--upstream must be a URL such as http://127.0.0.1:8000; \"\(upstream)\" is not")
        }
        let plan = try PolicySource.load(policy)
        let route = try PolicySource.route(route, of: plan, at: path)
        let paths = try DoctorSample.paths(in: images, limit: limit)
        guard !paths.isEmpty else { throw CommandFailure.usage("the folder \(images) holds no files") }
        let samples = paths.map { DoctorSample(path: $0, route: route) }
        show(DoctorFiles(samples: samples, route: route).findings)
        let client = WebClient(timeout: .seconds(60))
        let path = path
        let model = DoctorModel(
            makeProbe: { WebProbe(client: client, upstream: address, path: path, mediaType: $0) }, route: route)
        var progress = Progress("images", total: samples.count)
        let findings = await model.findings(samples) { progress.step() }
        progress.finish()
        client.close()
        show(findings)
        let all = DoctorFiles(samples: samples, route: route).findings + findings
        if findings.contains(where: { $0.level == .fail && $0.subject == "upstream" }) {
            throw ExitCode(ExitStatus.unreachable.rawValue)
        }
        if all.contains(where: { $0.level == .fail }) { throw ExitCode(ExitStatus.findings.rawValue) }
    }

    private func show(_ findings: [DoctorFinding]) {
        for finding in findings {
            Terminal.print(json ? finding.json.line : finding.line(hasColours: Terminal.hasColours))
        }
    }
}
