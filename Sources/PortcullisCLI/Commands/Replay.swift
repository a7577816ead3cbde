import AdmissionPolicy
import ArgumentParser
import AuditTrail
import GuardPipeline
import RobustnessEvaluation

/// `portcullis replay EVENT-ID`.
struct Replay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Computes a recorded verdict again from its image, and says what differs.",
        discussion: """
            Finds the record, holds the file to the recorded SHA-256 and the policy (and its calibration) to the recorded \
            ones, and computes scores, p-values and the verdict again. Detectors without a model call always; with --upstream \
            or --self the model is asked as well, otherwise its part is taken from the record. Random copies are the same \
            only with the deployment's key.

            Exits with 0 when everything that can be compared is the same, with 1 when something differs, with 2 when the \
            record, the file or the policy is not the right one.

            Examples:
              portcullis replay 019aa0f4-8d1e-7c11-8a55-0123456789ab --audit portcullis-data/audit --image scan.png \
            --policy mine.yaml
              portcullis replay 019aa0f4-8d1e-7c11-8a55-0123456789ab --image scan.png --policy mine.yaml \
            --upstream http://127.0.0.1:8000 --path /predict
            """)

    @Argument(
        help: ArgumentHelp("The id of the record, which the client got as Portcullis-Request-Id.", valueName: "id"))
    var event: String
    @Option(
        help: ArgumentHelp("The log's folder or one of its files (default: the configured one).", valueName: "path"),
        completion: .directory)
    var audit: String?
    @Option(help: ArgumentHelp("The image's file.", valueName: "file"), completion: .file()) var image: String
    @Option(help: ArgumentHelp("The policy: a path or a built-in name.", valueName: "name-or-path"))
    var policy: String
    @OptionGroup var model: ModelOptions
    @Option(help: ArgumentHelp("The deployment key, for random copies.", valueName: "file")) var keyFile: String?
    @Option(
        help: ArgumentHelp("The content type that the client declared (default: the file's own).", valueName: "type"))
    var contentType: String?
    @Flag(help: "Go on with a policy or calibration that is not the recorded one.") var force = false

    func run() async throws {
        guard let id = AuditID(event) else { throw CommandFailure.usage("\"\(event)\" is no id of a record") }
        let path = try audit ?? ServeFlags.environmentAlone().values.auditDirectory
        let recorded = try RecordedEvent.find(id, in: path)
        let bytes = try checkedImage(recorded)
        let route = try checkedRoute(recorded)
        let key = try KeyFile.load(keyFile)
        if let key, let keyID = recorded.keyID, key.id != keyID {
            throw CommandFailure.usage("the key is \(key.id), and the record's is \(keyID)")
        }
        let client = WebClient()
        defer { client.close() }
        let job = ReplayJob(
            event: recorded, route: route, bytes: bytes, declaredType: contentType,
            makeProbe: try model.makeProbe(client), key: key)
        let values = try await job.run()
        for value in values { Terminal.print(value.line) }
        let different = values.count { $0.status == .different }
        Terminal.print(
            different == 0
                ? "the record and what it comes to now agree"
                : "\(different) of \(values.count) values differ from the record")
        if different > 0 { throw ExitCode(ExitStatus.findings.rawValue) }
    }

    private func checkedImage(_ recorded: RecordedEvent) throws(CommandFailure) -> [UInt8] {
        let bytes: [UInt8]
        switch BoundedFile.read(image, limit: ImagePath.limitBytes) {
        case .success(let content): bytes = content
        case .failure(let error): throw .unreachable("\(image) \(error.reason)")
        }
        let hash = FileDigest.sha256(bytes)
        guard recorded.images.contains(hash) else {
            throw .usage(
                "\(image) is not the recorded image: its SHA-256 is \(hash), recorded is "
                    + recorded.images.joined(separator: ", "))
        }
        return bytes
    }

    private func checkedRoute(_ recorded: RecordedEvent) throws(CommandFailure) -> RoutePlan {
        let plan = try PolicySource.load(policy).with(mode: recorded.mode)
        try check("policy", now: plan.sha256, recorded: recorded.policy)
        let route = try PolicySource.route(recorded.route, of: plan)
        try check("calibration", now: route.calibration?.sha256, recorded: recorded.calibration)
        return route
    }

    private func check(_ what: String, now: String?, recorded: String?) throws(CommandFailure) {
        guard now != recorded else { return }
        let text =
            "the \(what) of \(policy) is not the recorded one: its SHA-256 is \(now ?? "none"), recorded is "
            + (recorded ?? "none")
        guard force else { throw .usage(text + "; --force compares all the same") }
        Terminal.note(text)
    }
}
