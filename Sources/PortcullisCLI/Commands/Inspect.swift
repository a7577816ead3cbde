import AdmissionPolicy
import ArgumentParser
import ClassifierProtocols
import GuardPipeline
import ImageCodecs
import ImageDefenses
import PixelCore

/// `portcullis inspect FILE…`.
struct Inspect: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says what the guard would make of image files, and why.",
        discussion: """
            Detectors that compare answers need a model: --upstream asks yours at --path, --model the embedded one. Without \
            one they are listed as not run, and the verdict stands on the others alone. Verdicts are those of enforcing, \
            whatever the policy's mode.

            Exits with 0 when every file is fine, with 1 when one was flagged, refused, diverted or could not be read.

            Examples:
              portcullis inspect --model digit examples/images/digit-7-clean.png
              portcullis inspect --json --policy strict --upstream http://127.0.0.1:8000 --path /predict *.jpg
              portcullis inspect scan.png --residual residual.png
            """)

    /// The embedded models.
    enum Model: String, CaseIterable, ExpressibleByArgument {
        case digit, cheque
    }

    @Argument(
        help: ArgumentHelp("PNG or JPEG files.", valueName: "file"),
        completion: .file(extensions: ["png", "jpg", "jpeg"]))
    var files: [String]
    @Option(help: ArgumentHelp("The policy: a path or a built-in name.", valueName: "name-or-path"))
    var policy = PolicySource.defaultName
    @Option(
        help: ArgumentHelp(
            "The route of the policy (default: the one that takes POST to --path, else its first).", valueName: "name"))
    var route: String?
    @Option(help: ArgumentHelp("A model to ask, such as http://127.0.0.1:8000.", valueName: "url")) var upstream:
        String?
    @Option(help: ArgumentHelp("The path that the model answers at.", valueName: "path")) var path = "/"
    @Option(help: ArgumentHelp("Ask the embedded model: digit or cheque.", valueName: "name")) var model: Model?
    @Flag(help: "Print one JSON object a line.") var json = false
    @Option(
        help: ArgumentHelp(
            "Write |image − median 3×3| × 8 as a PNG: noise and perturbations stand out.", valueName: "out.png"),
        completion: .file(extensions: ["png"]))
    var residual: String?
    @Flag(help: "Replace the residual's file when it exists.") var force = false

    func validate() throws {
        if files.isEmpty { throw ValidationError("name at least one file") }
        if upstream != nil, model != nil { throw ValidationError("--upstream and --model exclude each other") }
        if residual != nil, files.count != 1 { throw ValidationError("--residual takes exactly one file") }
        if !path.hasPrefix("/") { throw ValidationError("--path must begin with a slash") }
    }

    func run() async throws {
        let plan = try PolicySource.load(policy)
        let route = try PolicySource.route(route, of: plan, at: model.map { "/\($0.rawValue)" } ?? path)
        let inspector = Inspector(policy: plan, route: route, reader: HTTPAnswerReader(), makeProbe: try makeProbe())
        let hasColours = Terminal.hasColours
        var isFine = true
        for file in files {
            let inspection = await inspector.inspect(file)
            isFine = isFine && inspection.isFine
            Terminal.print(
                json
                    ? InspectionText.json(inspection, policy: plan, route: route).line
                    : InspectionText.plain(inspection, policy: plan, route: route, hasColours: hasColours))
            if let residual, let decoded = inspection.decoded { try write(decoded, to: residual) }
        }
        if !isFine { throw ExitCode(ExitStatus.findings.rawValue) }
    }

    private func makeProbe() throws(CommandFailure) -> (@Sendable (String) -> any ClassifierProbe)? {
        if let model {
            let embedded = try EmbeddedModel(path: "/\(model.rawValue)")
            return { _ in embedded }
        }
        guard let upstream else { return nil }
        guard let address = WebAddress(upstream) else {
            throw .usage("--upstream must be a URL such as http://127.0.0.1:8000; \"\(upstream)\" is not")
        }
        let client = WebClient()
        let path = path
        return { WebProbe(client: client, upstream: address, path: path, mediaType: $0) }
    }

    private func write(_ decoded: DecodedImage, to path: String) throws(CommandFailure) {
        for file in files where OutputFile.isSame(file, path) {
            throw .usage("\(file) and \(path) are the same file; the original is never altered")
        }
        let residual: Result<Image, DefenseError> = Result { () throws(DefenseError) in
            try Residual.image(of: decoded.image)
        }
        switch residual {
        case .failure(let error): throw .unreachable("the residual cannot be made: \(PipelineText.reason(error))")
        case .success(let image):
            try OutputFile.write(try ImageFile.encode(image, as: .png(.small)), to: path, isForced: force)
        }
    }
}
