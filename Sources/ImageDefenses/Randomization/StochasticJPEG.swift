internal import ImageCodecs
package import PixelCore
internal import PixelKernels

/// Recompresses the image at several JPEG qualities and takes each block of 8×8 pixels from one of them at random.
///
/// Das, Shanbhogue, Chen, Hohman, Li, Chen, Kounavis, Chau, "SHIELD: Fast, Practical Defense and Vaccination for Deep
/// Learning using JPEG Compression", KDD 2018, stochastic local quantization. Qualities are evenly spaced, by default 20,
/// 40, 60, 80; blocks begin at the top left corner and those at the right and lower edge hold what is left. One draw
/// for each block, in row order. Where we differ: the authors' code counts the columns of blocks by the remainder of the
/// height; here any size is right. A quality that no block draws costs nothing. The JPEGs are those of libjpeg-turbo's
/// slow integer transform, which gives equal pixels on every platform.
package struct StochasticJPEG: Defense {
    /// What the catalogue prints.
    package static let descriptor = DefenseDescriptor(
        name: "stochastic-jpeg", family: .randomization,
        summary: "Takes each 8×8 block from one of several JPEG qualities at random.",
        source: "Das et al.: SHIELD, KDD 2018, stochastic local quantization",
        weaknesses: "Attacks through a differentiable JPEG (Shin, Song, 2017) averaged over draws; the published rates "
            + "need models retrained on the output.",
        isRandomized: true, changesShape: false,
        parameters: [
            ParameterDescriptor(
                name: "lowest_quality", kind: .integer(1...100), defaultValue: .integer(20),
                summary: "The lowest quality on the IJG scale."),
            ParameterDescriptor(
                name: "highest_quality", kind: .integer(1...100), defaultValue: .integer(80),
                summary: "The highest quality, at least the lowest."),
            ParameterDescriptor(
                name: "qualities", kind: .integer(1...8), defaultValue: .integer(4),
                summary: "How many qualities, evenly spaced from the lowest to the highest."),
            ParameterDescriptor(
                name: "subsampling", kind: .choice(ChromaSubsampling.allCases.map(\.rawValue)),
                defaultValue: .text(ChromaSubsampling.yuv420.rawValue),
                summary: "Chroma subsampling of colour images."),
        ])

    private let recompressions: [JPEGRecompression]

    /// Takes what the descriptor lists. Throws `.parameter` as well when the highest quality is below the lowest.
    package init(parameters: [String: ParameterValue]) throws(DefenseError) {
        let name = Self.descriptor.name
        let checked = try Self.descriptor.check(parameters)
        let (lowest, highest) = (checked.integer("lowest_quality"), checked.integer("highest_quality"))
        guard lowest <= highest else {
            throw .parameter(defense: name, name: "highest_quality", allowed: "at least lowest_quality")
        }
        let count = checked.integer("qualities")
        let steps = max(1, count - 1)
        var recompressions: [JPEGRecompression] = []
        for i in 0..<count {
            let quality = lowest + ((highest - lowest) * i + steps / 2) / steps
            let subsampling = ParameterValue.text(checked.text("subsampling"))
            recompressions.append(
                try JPEGRecompression(parameters: ["quality": .integer(quality), "subsampling": subsampling]))
        }
        self.recompressions = recompressions
    }

    /// The result, one recompressed copy and its file.
    package func workingBytes(for shape: PixelShape) -> Int { 4 * shape.sampleCount }

    /// In proportion to the qualities.
    package var relativeCost: Double { Double(recompressions.count) / 4 }

    /// The defended pixels; see `Defense`.
    package func apply(to pixels: inout PixelBuffer, context: inout DefenseContext) throws(DefenseError) {
        if context.cancellation.isRaised { throw .cancelled }
        let shape = pixels.shape
        var generator = context.generator
        let choices = BlockMosaic.draw(shape: shape, choices: recompressions.count, from: &generator)
        var result = context.buffers.takeBytes(shape.sampleCount)
        // What is recompressed shares its samples with `pixels`.
        let owned = context.ownsSamples
        context.ownsSamples = false
        defer { context.ownsSamples = owned }
        for (index, recompression) in recompressions.enumerated() where choices.contains(UInt8(index)) {
            var copy = pixels.copy()
            do throws(DefenseError) {
                try recompression.apply(to: &copy, context: &context)
            } catch {
                context.buffers.give(result)
                throw Self.ours(error)
            }
            copy.withSamples { samples in
                var target = result.mutableSpan
                BlockMosaic.copy(
                    samples, into: &target, shape: shape, choices: choices, choice: UInt8(index))
            }
        }
        guard let replaced = PixelBuffer(shape: shape, adopting: result) else {
            throw .shape(defense: Self.descriptor.name, width: shape.width, height: shape.height)
        }
        pixels = replaced
        context.generator = generator
    }

    /// An error of a recompression under our name.
    private static func ours(_ error: DefenseError) -> DefenseError {
        switch error {
        case .shape(_, let width, let height): .shape(defense: descriptor.name, width: width, height: height)
        case .codec: .codec(defense: descriptor.name)
        default: error
        }
    }
}
