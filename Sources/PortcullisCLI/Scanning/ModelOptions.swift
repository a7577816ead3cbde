import ArgumentParser
import GuardPipeline

/// The model that a command asks.
struct ModelOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The model, such as http://127.0.0.1:8000.", valueName: "url")) var upstream: String?
    @Option(
        help: ArgumentHelp("The path that the model answers at (default: /, or /digit with --self).", valueName: "path")
    )
    var path: String?
    @Flag(name: .customLong("self"), help: "Ask the embedded model, at /digit or /cheque.") var isSelf = false

    func validate() throws {
        if upstream != nil, isSelf { throw ValidationError("--upstream and --self exclude each other") }
        if let path, !path.hasPrefix("/") { throw ValidationError("--path must begin with a slash") }
    }

    /// The path, given or not.
    var answerPath: String { path ?? (isSelf ? "/digit" : "/") }

    /// The model in words: `http://127.0.0.1:8000/predict`, `embedded /digit`.
    var name: String {
        guard let upstream else { return "embedded \(answerPath)" }
        return WebAddress(upstream)?.appending(answerPath).description ?? upstream
    }

    /// True when some model is named.
    var isGiven: Bool { upstream != nil || isSelf }

    /// What asks the model about bytes of a media type; nil when none is named.
    func makeProbe(_ client: WebClient) throws(CommandFailure) -> (@Sendable (String) -> any ClassifierProbe)? {
        if isSelf {
            let embedded = try EmbeddedModel(path: answerPath)
            return { _ in embedded }
        }
        guard let upstream else { return nil }
        guard let address = WebAddress(upstream) else {
            throw .usage("--upstream must be a URL such as http://127.0.0.1:8000; \"\(upstream)\" is not")
        }
        let path = answerPath
        return { WebProbe(client: client, upstream: address, path: path, mediaType: $0) }
    }
}
