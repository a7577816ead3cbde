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
        let copy = try makeCopy()
        let decoded = try ImageFile.decode(input, limits: copy.limits, options: copy.options)
        let image: Image
        do throws(DefenseError) {
            image = try copy.apply(to: decoded.image, seed: seed)
        } catch {
            throw CommandFailure.unreachable("\(input): \(PipelineText.reason(error))")
        }
        let bytes = try ImageFile.encode(image, as: ImagePath.encoding(output) ?? .png(.small))
        try OutputFile.write(bytes, to: output, isForced: force)
        Terminal.note(
            "\(output): \(image.shape.width) by \(image.shape.height) pixels, \(bytes.count) bytes, \(copy.name)"
        )
    }

    private func makeCopy() throws(CommandFailure) -> ForwardCopy {
        var copy: ForwardCopy
        if let pipeline {
            copy = ForwardCopy(pipeline: try PipelineText.parse(pipeline))
        } else {
            let plan = try PolicySource.load(policy ?? PolicySource.defaultName)
            let route = try PolicySource.route(route, of: plan)
            guard route.forward.pixels == .sanitized else {
                throw .usage(
                    "the route \(route.name) of \(plan.name) forwards the client's own bytes; name a --pipeline")
            }
            copy = try ForwardCopy(route: route)
        }
        if ignoreOrientation { copy.options.orientation = .ignore }
        return copy
    }
}
