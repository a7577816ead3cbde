import AdmissionPolicy
import ArgumentParser
import ImageCodecs
import ImageDefenses
import PixelCore

/// `portcullis sanitize`: the defended copy of an image, without a server.
struct Sanitize: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes the defended copy of an image.",
        discussion: """
            Either names defenses, or takes what a policy's route forwards. The format follows the ending of OUT: .png \
            (lossless) or .jpg (quality 95). Nothing but pixels passes through: no EXIF, no profile. Randomized defenses \
            draw from --seed, so that equal seeds give equal images.

            Examples:
              portcullis sanitize scan.png out.png --pipeline "median(3),jpeg(75)"
              portcullis sanitize scan.png out.png --policy cheque-intake --route cheques
            """)

    @Argument(
        help: ArgumentHelp("A PNG or JPEG.", valueName: "in"), completion: .file(extensions: ["png", "jpg", "jpeg"]))
    var input: String
    @Argument(
        help: ArgumentHelp("What to write: .png or .jpg.", valueName: "out"),
        completion: .file(extensions: ["png", "jpg", "jpeg"]))
    var output: String
    @Option(help: ArgumentHelp("Defenses, first to last, such as median(3),jpeg(75).", valueName: "defenses"))
    var pipeline: String?
    @Option(help: ArgumentHelp("Take what this policy forwards: a path or a built-in name.", valueName: "name-or-path"))
    var policy: String?
    @Option(help: ArgumentHelp("The route of the policy (default: its first that inspects).", valueName: "name"))
    var route: String?
    @Option(help: ArgumentHelp("What randomized defenses draw from: a whole number from 0.", valueName: "number"))
    var seed: UInt64 = 0
    @Flag(help: "Replace OUT when it exists.") var force = false
    @Flag(help: "Do not turn the image as its EXIF orientation says.") var ignoreOrientation = false

    func validate() throws {
        guard (pipeline == nil) != (policy == nil) else {
            throw ValidationError("give either --pipeline or --policy")
        }
        if route != nil, policy == nil { throw ValidationError("--route needs --policy") }
        guard ImagePath.encoding(output) != nil else {
            throw ValidationError("\(output) must end in .png or .jpg")
        }
    }

    func run() async throws {
        guard !OutputFile.isSame(input, output) else {
            throw CommandFailure.usage("\(input) and \(output) are the same file; the original is never altered")
        }
        let plan = try makePlan()
        let decoded = try ImageFile.decode(
            input, limits: plan.limits,
            options: DecodeOptions(
                orientation: ignoreOrientation ? .ignore : plan.options.orientation, background: plan.options.background
            ))
        let key = (0..<8).map { UInt8(truncatingIfNeeded: seed >> (8 * $0)) }
        var context = DefenseContext(generator: ChaChaGenerator(key: key))
        let image: Image
        do throws(DefenseError) {
            var pixels = decoded.image.makeBuffer()
            if let resize = plan.resize { try resize.apply(to: &pixels, context: &context) }
            image = try plan.pipeline.apply(to: Image(pixels), context: &context)
        } catch {
            throw CommandFailure.unreachable("\(input): \(PipelineText.reason(error))")
        }
        let bytes = try ImageFile.encode(image, as: ImagePath.encoding(output) ?? .png(.small))
        try OutputFile.write(bytes, to: output, isForced: force)
        Terminal.note(
            "\(output): \(image.shape.width) by \(image.shape.height) pixels, \(bytes.count) bytes, \(plan.pipeline.name)"
        )
    }

    private struct Plan {
        var limits: DecodeLimits
        var options: DecodeOptions
        var resize: (any Defense)?
        var pipeline: DefensePipeline
    }

    private func makePlan() throws(CommandFailure) -> Plan {
        if let pipeline {
            return Plan(
                limits: EmbeddedModel.limits, options: DecodeOptions(orientation: .apply), resize: nil,
                pipeline: try PipelineText.parse(pipeline))
        }
        let plan = try PolicySource.load(policy ?? PolicySource.defaultName)
        let route = try PolicySource.route(route, of: plan)
        guard route.forward.pixels == .sanitized || route.forward.size != nil else {
            throw .usage("the route \(route.name) of \(plan.name) forwards the client's own bytes; name a --pipeline")
        }
        var resize: (any Defense)?
        if let size = route.forward.size {
            do throws(DefenseError) {
                resize = try DefenseCatalogue.parse("area-resize(\(size.width),\(size.height))")
            } catch {
                throw .configuration("the route \(route.name): \(PipelineText.reason(error))")
            }
        }
        return Plan(
            limits: route.decodeLimits, options: route.decodeOptions, resize: resize, pipeline: route.forward.pipeline)
    }
}
