package import PixelCore

/// Applies several of the other defenses in random order with random parameters, at most one of each group.
///
/// Raff, Sylvester, Forsyth, McLean, "Barrage of Random Transforms for Adversarially Robust Defense", CVPR 2019. Where we
/// differ: the transforms are those of this catalogue that keep the shape, in six groups (`BarrageGroup`: fewer colours,
/// recompression, noise, zoom, smoothing, deflection) instead of the paper's ten; their parameters stay where a model that
/// was not retrained still works; and slow ones are left out on large images. Draws, in this order: which groups and in
/// which order (one for each); then for each group its transform, the transform's parameters, and what the transform
/// itself draws. An image that leaves fewer groups than asked for gets those there are.
package struct Barrage: Defense {
    /// What the catalogue prints.
    package static let descriptor = DefenseDescriptor(
        name: "barrage", family: .randomization,
        summary: "Applies several of the other defenses in random order with random parameters.",
        source: "Raff, Sylvester, Forsyth, McLean: Barrage of Random Transforms for Adversarially Robust Defense, "
            + "CVPR 2019",
        weaknesses: "Sitawarin et al.: Demystifying the Adversarial Robustness of Random Transformation Defenses, ICML "
            + "2022, break it by better gradients; costs much clean accuracy on a model not trained for it. Better as a "
            + "bag of copies to vote on.",
        isRandomized: true, changesShape: false,
        parameters: [
            ParameterDescriptor(
                name: "draws", kind: .integer(1...BarrageGroup.all.count), defaultValue: .integer(3),
                summary: "Defenses that are applied, each from another group.")
        ])

    private let draws: Int

    /// Takes what the descriptor lists.
    package init(parameters: [String: ParameterValue]) throws(DefenseError) {
        draws = try Self.descriptor.check(parameters).integer("draws")
    }

    /// As much as the hungriest defense that may be drawn.
    package func workingBytes(for shape: PixelShape) -> Int {
        let drawn = BarrageGroup.all.flatMap(\.transforms).filter { $0.fits(shape) }
        let hungriest = drawn.compactMap { try? $0.type.init(parameters: [:]).workingBytes(for: shape) }.max() ?? 0
        return shape.sampleCount + hungriest
    }

    /// The defended pixels; see `Defense`.
    package func apply(to pixels: inout PixelBuffer, context: inout DefenseContext) throws(DefenseError) {
        let (generator, owned) = (context.generator, context.ownsSamples)
        // What the steps change is a copy that shares its samples until the first of them.
        var work = pixels.copy()
        context.ownsSamples = false
        do throws(DefenseError) {
            try run(on: &work, context: &context)
        } catch {
            context.generator = generator
            context.ownsSamples = owned
            throw error
        }
        pixels = work
        context.ownsSamples = owned || context.ownsSamples
    }

    private func run(on pixels: inout PixelBuffer, context: inout DefenseContext) throws(DefenseError) {
        let shape = pixels.shape
        var groups = BarrageGroup.all.map { group in group.transforms.filter { $0.fits(shape) } }
        groups.removeAll { $0.isEmpty }
        let count = min(draws, groups.count)
        for i in 0..<count {
            groups.swapAt(i, i + Int(context.generator.below(UInt32(groups.count - i))))
        }
        for transforms in groups.prefix(count) {
            if context.cancellation.isRaised { throw .cancelled }
            let transform = transforms[Int(context.generator.below(UInt32(transforms.count)))]
            let parameters = transform.parameters(&context.generator)
            try transform.type.init(parameters: parameters).apply(to: &pixels, context: &context)
        }
    }
}
