import AdmissionPolicy
import ImageCodecs
import ImageDefenses
import PixelCore

/// How an image is made into what the model gets, outside of a request.
struct ForwardCopy: Sendable {
    /// What the decoder may spend.
    var limits: DecodeLimits
    /// How the decoder treats orientation and alpha.
    var options: DecodeOptions
    /// Applied first, in order.
    var steps: [DefensePipeline]

    /// The defenses of `pipeline` alone, for images that the user owns.
    init(pipeline: DefensePipeline) {
        limits = EmbeddedModel.limits
        options = DecodeOptions(orientation: .apply)
        steps = [pipeline]
    }

    /// What `route` makes of sanitized pixels: its size, then `pipeline`, or its own where none is given. Throws where the
    /// size cannot be made.
    init(route: RoutePlan, pipeline: DefensePipeline? = nil) throws(CommandFailure) {
        limits = route.decodeLimits
        options = route.decodeOptions
        steps = [pipeline ?? route.forward.pipeline]
        guard let size = route.forward.size else { return }
        do throws(DefenseError) {
            let resize = try DefenseCatalogue.make(
                name: "area-resize", parameters: ["width": .integer(size.width), "height": .integer(size.height)])
            steps.insert(DefensePipeline(name: "area-resize(\(size.width),\(size.height))", steps: [resize]), at: 0)
        } catch {
            throw .configuration("the route \(route.name): \(PipelineText.reason(error))")
        }
    }

    /// What is done, for messages: `median(3), jpeg(75)`; `no change` for nothing.
    var name: String {
        let names = steps.filter { !$0.steps.isEmpty }.map(\.name)
        return names.isEmpty ? "no change" : names.joined(separator: ", ")
    }

    /// The copy of `image`; randomized defenses draw from `seed`.
    func apply(to image: Image, seed: UInt64) throws(DefenseError) -> Image {
        let key = (0..<8).map { UInt8(truncatingIfNeeded: seed >> (8 * $0)) }
        var context = DefenseContext(generator: ChaChaGenerator(key: key))
        context.page = image.shape
        var copy = image
        for step in steps { copy = try step.apply(to: copy, context: &context) }
        return copy
    }
}
