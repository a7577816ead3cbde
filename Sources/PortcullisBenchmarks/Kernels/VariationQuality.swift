import ImageDefenses
import PixelCore
import RobustnessEvaluation

/// Whether the masked total variation that is timed is solved at least as well as the Toolbox solves it.
///
/// A faster solver that stops earlier proves nothing, so both results are judged by the objective of Guo et al. (isotropic
/// variation, squared distance to what is kept), on the same image and the same mask.
struct VariationQuality {
    /// The short form that the table times.
    static let form = "total-variation-minimization(\(keep),\(weight))"
    /// What the Toolbox is run with.
    static let arguments: [String: KernelPeer.Argument] = [
        "keep": .real(keep), "lambda": 0.5, "iterations": 10, "weight": .real(weight),
    ]

    private static let keep = 0.3
    private static let weight = 0.03

    /// The row for `samples`, which `peer` has loaded.
    static func row(_ samples: [UInt8], _ shape: PixelShape, peer: KernelPeer, title: String) throws -> ResultRow {
        let generator = ChaChaGenerator(key: Array("mask".utf8))
        var context = DefenseContext(generator: generator)
        guard var pixels = PixelBuffer(shape: shape, adopting: samples) else {
            throw LoadError.invalid("an image of \(shape.sampleCount) samples has \(samples.count)")
        }
        try DefenseCatalogue.parse(form).apply(to: &pixels, context: &context)
        let values = try peer.objective(
            pixels.takeSamples(), mask: mask(of: shape, generator), arguments)
        return ResultRow(
            name: "masked total variation, least objective reached, 224×224 RGB", value: values.ours, unit: "objective",
            peer: .init(name: title, value: values.theirs, ratio: values.theirs / values.ours), target: .atLeast(1))
    }

    /// What the defense keeps under `generator`: it draws a word for each sample, row by row, channel after channel.
    private static func mask(of shape: PixelShape, _ generator: ChaChaGenerator) -> [UInt8] {
        var generator = generator
        let keepsBelow = UInt64((keep * 4_294_967_296).rounded(.toNearestOrEven))
        return (0..<shape.sampleCount).map { _ in UInt64(generator.nextWord()) < keepsBelow ? 1 : 0 }
    }
}
