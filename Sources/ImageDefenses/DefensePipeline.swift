package import PixelCore

/// An ordered list of defenses under one name.
package struct DefensePipeline: Sendable {
    /// The name it has in the policy, or its short form (`bit-depth(1)`).
    package let name: String
    /// Applied first to last.
    package let steps: [any Defense]

    /// A pipeline of these steps; none means that the image passes unchanged.
    package init(name: String, steps: [any Defense]) {
        self.name = name
        self.steps = steps
    }

    /// True when no step is randomized.
    package var isDeterministic: Bool {
        steps.allSatisfy { !type(of: $0).descriptor.isRandomized }
    }

    /// The defended image; `image` itself when there is no step. Throws what a step throws.
    package func apply(to image: Image, context: inout DefenseContext) throws(DefenseError) -> Image {
        if steps.isEmpty { return image }
        var pixels = image.makeBuffer()
        for step in steps {
            if context.cancellation.isRaised { throw .cancelled }
            try step.apply(to: &pixels, context: &context)
        }
        return Image(pixels)
    }
}
