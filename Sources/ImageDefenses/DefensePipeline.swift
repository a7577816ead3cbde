package import PixelCore
internal import PixelKernels

/// An ordered list of defenses under one name.
package struct DefensePipeline: Sendable {
    /// The name it has in the policy, or its short form (`bit-depth(1)`).
    package let name: String
    /// Applied first to last.
    package let steps: [any Defense]
    private let operations: [Operation]

    /// What is run: a step, or neighbouring point operations as one table.
    private enum Operation {
        case step(any Defense)
        case table(PointTable)
    }

    /// A pipeline of these steps; none means that the image passes unchanged.
    package init(name: String, steps: [any Defense]) {
        self.name = name
        self.steps = steps
        operations = Self.fused(steps)
    }

    /// Passes over the samples that applying takes: less than `steps.count` where point operations were fused.
    package var passCount: Int { operations.count }

    private static func fused(_ steps: [any Defense]) -> [Operation] {
        var operations: [Operation] = []
        var index = 0
        while index < steps.count {
            var table = steps[index].pointTable
            var next = index + 1
            while let first = table, next < steps.count, let second = steps[next].pointTable {
                table = first.followed(by: second)
                next += 1
            }
            // Alone, a point operation may have something faster than its table.
            if let table, next > index + 1 {
                operations.append(.table(table))
            } else {
                operations.append(.step(steps[index]))
            }
            index = next
        }
        return operations
    }

    /// True when no step is randomized.
    package var isDeterministic: Bool {
        steps.allSatisfy { !type(of: $0).descriptor.isRandomized }
    }

    /// The defended image; `image` itself when there is no step. Throws what a step throws.
    package func apply(to image: Image, context: inout DefenseContext) throws(DefenseError) -> Image {
        if steps.isEmpty { return image }
        var pixels = image.makeBuffer()
        context.ownsSamples = false
        defer { context.ownsSamples = true }
        for operation in operations {
            if context.cancellation.isRaised { throw .cancelled }
            switch operation {
            case .step(let step): try step.apply(to: &pixels, context: &context)
            case .table(let table):
                let cancellation = context.cancellation
                try context.replace(&pixels) { source, output in
                    PointKernel.apply(table, source, into: &output, cancellation: cancellation)
                }
            }
        }
        return Image(pixels)
    }
}
