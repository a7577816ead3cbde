package import PixelCore
package import PixelKernels

/// Changes an image so that a perturbation loses its effect. One file and one catalogue line each.
package protocol Defense: Sendable {
    /// Name, parameters, source and limits of this defense; what the catalogue prints.
    static var descriptor: DefenseDescriptor { get }

    /// A defense with these parameters, checked against the descriptor (missing ones take its defaults).
    ///
    /// Throws `DefenseError.parameter` when a value is of the wrong kind or out of range.
    init(parameters: [String: ParameterValue]) throws(DefenseError)

    /// Replaces `pixels` by the defended image; on error `pixels` is untouched.
    ///
    /// Randomized defenses draw only from `context.generator`; the shape changes only where the descriptor says so.
    /// Throws `DefenseError.cancelled` soon after `context.cancellation` is raised.
    func apply(to pixels: inout PixelBuffer, context: inout DefenseContext) throws(DefenseError)

    /// What each level becomes, for a defense that looks at no other sample; neighbours of its kind are then applied as
    /// one. Default nil: the defense looks at more than one sample.
    var pointTable: PointTable? { get }

    /// Bytes that applying it to an image of `shape` holds at once beside the image: the result, and working memory. What
    /// admission charges. Default: twice the image's samples.
    func workingBytes(for shape: PixelShape) -> Int

    /// The shape that an image of `shape` has afterwards. Default: the same.
    func outputShape(for shape: PixelShape) -> PixelShape

    /// About how many times as long it takes as with default parameters. Default 1.
    var relativeCost: Double { get }
}

extension Defense {
    /// None; see the requirement.
    package var pointTable: PointTable? { nil }

    /// Twice the image's samples; see the requirement.
    package func workingBytes(for shape: PixelShape) -> Int { 2 * shape.sampleCount }

    /// The same; see the requirement.
    package func outputShape(for shape: PixelShape) -> PixelShape { shape }

    /// 1; see the requirement.
    package var relativeCost: Double { 1 }
}

/// What a defense may use besides the pixels.
package struct DefenseContext: Sendable {
    /// The only source of randomness; equal keys give equal pixels on every platform.
    package var generator: ChaChaGenerator
    /// Asked between rows of large images.
    package let cancellation: CancellationFlag
    /// Where steps take their working memory from and give it back to.
    package var buffers = BufferPool()
    /// The shape of the page that regions are measured on, where the image was resized from it; nil: the image itself.
    package var page: PixelShape?
    /// False while the samples may be shared with an image, so that they must not be given back.
    var ownsSamples = true

    /// A context that draws from `generator`.
    package init(generator: ChaChaGenerator, cancellation: CancellationFlag = CancellationFlag()) {
        self.generator = generator
        self.cancellation = cancellation
    }
}

/// What a defense is, for the policy decoder, `portcullis catalogue` and the documentation.
package struct DefenseDescriptor: Sendable {
    /// The family, as in the literature; also the folder of the source file.
    package enum Family: String, Sendable, CaseIterable {
        case featureSqueezing = "feature squeezing"
        case denoising
        case randomization
        case resampling
        case document
        case masking
    }

    /// The name in a policy, kebab case: `bit-depth`.
    package let name: String
    /// The family it belongs to.
    package let family: Family
    /// One sentence: what it does.
    package let summary: String
    /// Authors, title, venue, year, section or equation.
    package let source: String
    /// What is known to break it.
    package let weaknesses: String
    /// True when equal inputs may give different outputs under different generators.
    package let isRandomized: Bool
    /// True when width or height may change.
    package let changesShape: Bool
    /// In the order in which the short form (`median(3)`) takes them.
    package let parameters: [ParameterDescriptor]

    /// A descriptor, each member named.
    package init(
        name: String, family: Family, summary: String, source: String, weaknesses: String, isRandomized: Bool,
        changesShape: Bool, parameters: [ParameterDescriptor]
    ) {
        self.name = name
        self.family = family
        self.summary = summary
        self.source = source
        self.weaknesses = weaknesses
        self.isRandomized = isRandomized
        self.changesShape = changesShape
        self.parameters = parameters
    }
}

/// Why a defense could not be made or applied.
package enum DefenseError: Error, Hashable, Sendable {
    /// No defense has this name; `nearest` is the closest that exists.
    case unknown(name: String, nearest: String?)
    /// A parameter is unknown, of the wrong kind or out of range; `allowed` says what would do.
    case parameter(defense: String, name: String, allowed: String)
    /// The short form could not be read.
    case syntax(String)
    /// The cancellation flag was raised.
    case cancelled
    /// The region of this name has no pixel on the image.
    case region(String)
    /// The image cannot be treated, for example resized to more pixels than allowed.
    case shape(defense: String, width: Int, height: Int)
    /// A codec failed inside a defense: a malfunction of ours.
    case codec(defense: String)
}
