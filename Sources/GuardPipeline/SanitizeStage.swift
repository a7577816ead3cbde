internal import AdmissionPolicy
internal import ImageCodecs
internal import ImageDefenses
internal import PixelCore

/// Stage 6: the image that the model is to see.
struct SanitizeStage {
    let request: InspectionRequest
    let key: DeploymentKey
    let cancellation: CancellationFlag
    /// In monitor mode the client's own bytes go on whatever the policy says about pixels.
    let forwardsOriginal: Bool
    /// True where the forwarded answer is there already and coded, so that no scores can be read from it.
    let isAnswerCoded: Bool

    private var plan: ForwardPlan { request.route.forward }

    /// Encodes what is forwarded; the judgement gets what and how.
    func run(_ asking: consuming Asking, _ judgement: inout Judgement) throws(GuardFailure) -> Sanitized {
        let seed = asking.inspected.decoded.seed
        let base = try resized(asking.inspected.decoded.image, seed: seed)
        let wantsCopies = !asking.comparisons.isEmpty
        if forwardsOriginal, plan.pixels == .sanitized {
            // Not run, but what enforcing would refuse is to be known.
            try checkRegions(of: base, page: asking.inspected.decoded.image)
        }
        if forwardsOriginal || plan.pixels == .original {
            judgement.forwarded = Self.original(request.body, hash: judgement.image?.bytesSHA256)
            let question = ProbeQuestion(body: request.body, mediaType: nil, purpose: .forwarded)
            // Where the policy forwards original bytes, their answer is f(x): a difference between the model's decoder
            // and ours then shows as a distance.
            return Sanitized(
                asking: asking, base: base, forwarded: question,
                needsReference: wantsCopies && plan.pixels == .sanitized
                    || isAnswerCoded && (wantsCopies || request.route.rulesNeedAnswer))
        }
        var context = DefenseContext(
            generator: key.generator(purpose: "forward", pixelsSHA256: seed), cancellation: cancellation)
        // Regions are measured on the page as it came, before it was resized.
        context.page = asking.inspected.decoded.image.shape
        let image = try Self.defend(base, plan.pipeline, &context)
        let encoded = try encode(image, sourceFormat: asking.inspected.decoded.facts.format)
        let isReference = plan.pipeline.steps.isEmpty && encoded.isLossless
        judgement.forwarded = ForwardedImage(
            pixels: "sanitized", mediaType: encoded.mediaType, encoding: encoded.name, bytes: encoded.bytes.count,
            sha256: isReference && plan.size == nil ? nil : DecodeStage.hash(of: encoded.bytes))
        return Sanitized(
            asking: asking, base: base,
            forwarded: ProbeQuestion(body: encoded.bytes, mediaType: encoded.mediaType, purpose: .forwarded),
            needsReference: wantsCopies && !isReference)
    }

    private func checkRegions(of image: Image, page: Image) throws(GuardFailure) {
        for step in plan.pipeline.steps {
            guard let box = step.region, box.region(on: image.shape, page: page.shape) == nil else { continue }
            throw Self.outside(box.name, image)
        }
    }

    /// The client chose the size.
    private static func outside(_ region: String, _ image: Image) -> GuardFailure {
        .undecodable(
            .malformed(
                format: nil,
                detail: "the region \(region) lies outside \(image.shape.width)x\(image.shape.height) pixels"))
    }

    /// What is recorded when the client's own bytes go on; `hash` is theirs where it is known already.
    static func original(_ body: [UInt8], hash: String?) -> ForwardedImage {
        ForwardedImage(
            pixels: "original", mediaType: nil, encoding: "original", bytes: body.count,
            sha256: hash ?? DecodeStage.hash(of: body))
    }

    /// `pipeline` applied to `image`.
    static func defend(
        _ image: Image, _ pipeline: DefensePipeline, _ context: inout DefenseContext
    ) throws(GuardFailure) -> Image {
        do {
            return try pipeline.apply(to: image, context: &context)
        } catch DefenseError.cancelled {
            throw .cancelled
        } catch DefenseError.region(let name) {
            throw outside(name, image)
        } catch {
            throw .malfunction(detail: "\(pipeline.name): \(error)")
        }
    }

    private func resized(_ image: Image, seed: String) throws(GuardFailure) -> Image {
        guard let size = plan.size, size.width != image.shape.width || size.height != image.shape.height else {
            return image
        }
        let resize: any Defense
        do {
            resize = try DefenseCatalogue.make(
                name: "area-resize", parameters: ["width": .integer(size.width), "height": .integer(size.height)])
        } catch {
            throw .malfunction(detail: "area-resize: \(error)")
        }
        var context = DefenseContext(
            generator: key.generator(purpose: "size", pixelsSHA256: seed), cancellation: cancellation)
        return try Self.defend(image, DefensePipeline(name: "area-resize", steps: [resize]), &context)
    }

    private func encode(_ image: Image, sourceFormat: ImageFormat) throws(GuardFailure) -> EncodedImage {
        var smallest = Int.max
        for candidate in EncodedImage.candidates(plan.format, source: sourceFormat, samples: image.shape.sampleCount) {
            let bytes: [UInt8]
            do {
                bytes = try ImageEncoder.encode(image, as: candidate.encoding)
            } catch {
                throw .malfunction(detail: "encoding \(candidate.name): \(error)")
            }
            if bytes.count <= plan.maxBytes {
                return EncodedImage(
                    bytes: bytes, mediaType: candidate.encoding.mediaType, name: candidate.name,
                    isLossless: candidate.isLossless)
            }
            smallest = min(smallest, bytes.count)
            if cancellation.isRaised { throw .cancelled }
        }
        // The client chose the size: a limit, and never a reason to send its own file instead.
        throw .undecodable(.overLimit(.forwardedBytes, value: smallest, limit: plan.maxBytes))
    }
}

/// An encoded image and how it was encoded.
struct EncodedImage: Sendable {
    let bytes: [UInt8]
    let mediaType: String
    let name: String
    let isLossless: Bool

    struct Candidate {
        let encoding: ImageEncoding
        let name: String
        let isLossless: Bool
    }

    /// Largest stored PNG that `auto` makes, in samples: about as many bytes.
    static let storedSamples = 4_000_000

    /// The encodings to try, in order.
    static func candidates(_ format: ForwardPlan.Format, source: ImageFormat, samples: Int) -> [Candidate] {
        let stored = Candidate(encoding: .png(.stored), name: "png-stored", isLossless: true)
        let fast = Candidate(encoding: .png(.fast), name: "png-fast", isLossless: true)
        let jpeg = Candidate(
            encoding: .jpeg(quality: 95, subsampling: .yuv444), name: "jpeg-95", isLossless: false)
        switch format {
        case .auto: return samples <= storedSamples ? [stored, fast, jpeg] : [fast, jpeg]
        case .png: return samples <= storedSamples ? [stored, fast] : [fast]
        case .jpeg: return [jpeg]
        case .same: return candidates(source == .png ? .png : .jpeg, source: source, samples: samples)
        }
    }
}
