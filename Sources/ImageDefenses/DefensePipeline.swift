package import PixelCore
internal import PixelKernels

/// An ordered list of defenses under one name, each for the whole image or for one region of it.
package struct DefensePipeline: Sendable {
    /// One defense and where it works.
    package struct Step: Sendable {
        /// What is done.
        package let defense: any Defense
        /// Where; nil for the whole image.
        package let region: RegionBox?

        /// A step.
        package init(_ defense: any Defense, in region: RegionBox? = nil) {
            self.defense = defense
            self.region = region
        }
    }

    /// What is run: a step, or neighbouring point operations of one place as one table.
    private enum Operation {
        case step(Step)
        case table(PointTable, RegionBox?)
    }

    /// The name it has in the policy, or its short form (`bit-depth(1)`).
    package let name: String
    /// Applied first to last.
    package let steps: [Step]
    private let operations: [Operation]

    /// A pipeline of these steps; none means that the image passes unchanged.
    package init(name: String, placed steps: [Step]) {
        self.name = name
        self.steps = steps
        operations = Self.fused(steps)
    }

    /// A pipeline of these defenses, each for the whole image.
    package init(name: String, steps: [any Defense]) {
        self.init(name: name, placed: steps.map { Step($0) })
    }

    /// Passes over the samples that applying takes: less than `steps.count` where point operations were fused.
    package var passCount: Int { operations.count }

    /// True when no step is randomized.
    package var isDeterministic: Bool {
        steps.allSatisfy { !$0.descriptor.isRandomized }
    }

    /// Bytes that applying it to an image of `shape` holds at once beside the image: what the hungriest step does, with
    /// what the steps before it made.
    package func workingBytes(for shape: PixelShape) -> Int {
        var (most, current, isFirst) = (0, shape, true)
        for step in steps {
            // From the second step on, and for a region, there is a changed copy of the image as well.
            let copy = isFirst && step.region == nil ? 0 : current.sampleCount
            if let seen = step.seenShape(of: current) {
                let box = step.region == nil ? 0 : seen.sampleCount
                most = max(most, copy + box + step.defense.workingBytes(for: seen))
            }
            current = step.defense.outputShape(for: current)
            isFirst = false
        }
        return most
    }

    /// The shape of the result for an image of `shape`.
    package func outputShape(for shape: PixelShape) -> PixelShape {
        steps.reduce(shape) { $1.defense.outputShape(for: $0) }
    }

    /// This pipeline, then more steps, under the same name.
    package func followed(by more: [Step]) -> DefensePipeline {
        more.isEmpty ? self : DefensePipeline(name: name, placed: steps + more)
    }

    /// The defended image; `image` itself when there is no step. Throws what a step throws, and `.region` when a step's
    /// region has no pixel on the image.
    package func apply(to image: Image, context: inout DefenseContext) throws(DefenseError) -> Image {
        if steps.isEmpty { return image }
        var pixels = image.makeBuffer()
        context.ownsSamples = false
        defer { context.ownsSamples = true }
        let page = context.page ?? image.shape
        for (index, operation) in operations.enumerated() {
            if index > 0, !needsFloats(index, pixels.shape) { context.buffers.freeNumbers() }
            if context.cancellation.isRaised { throw .cancelled }
            switch operation {
            case .step(let step):
                try Self.work(in: step.region, on: &pixels, page: page, &context) {
                    pixels, context throws(DefenseError) in
                    try step.defense.apply(to: &pixels, context: &context)
                }
            case .table(let table, let region):
                try Self.work(in: region, on: &pixels, page: page, &context) { pixels, context throws(DefenseError) in
                    let cancellation = context.cancellation
                    try context.replace(&pixels) { source, output in
                        PointKernel.apply(table, source, into: &output, cancellation: cancellation)
                    }
                }
            }
        }
        return Image(pixels)
    }

    /// True when the operation may take up the floats that an earlier one gave back; otherwise they would be held for
    /// nothing.
    private func needsFloats(_ index: Int, _ shape: PixelShape) -> Bool {
        guard case .step(let step) = operations[index] else { return false }
        return step.defense.workingBytes(for: shape) > 4 * shape.sampleCount
    }

    private static func fused(_ steps: [Step]) -> [Operation] {
        var operations: [Operation] = []
        var index = 0
        while index < steps.count {
            let step = steps[index]
            var table = step.defense.pointTable
            var next = index + 1
            while let first = table, next < steps.count, steps[next].region == step.region,
                let second = steps[next].defense.pointTable
            {
                table = first.followed(by: second)
                next += 1
            }
            // Alone, a point operation may have something faster than its table.
            if let table, next > index + 1 {
                operations.append(.table(table, step.region))
            } else {
                operations.append(.step(step))
            }
            index = next
        }
        return operations
    }

    /// Does `operation` to the whole image, or to a copy of the box that is then put back.
    private static func work(
        in box: RegionBox?, on pixels: inout PixelBuffer, page: PixelShape, _ context: inout DefenseContext,
        _ operation: (inout PixelBuffer, inout DefenseContext) throws(DefenseError) -> Void
    ) throws(DefenseError) {
        guard let box else {
            try operation(&pixels, &context)
            return
        }
        guard let region = box.region(on: pixels.shape, page: page) else { throw .region(box.name) }
        let storage = context.buffers.takeBytes(region.width * region.height * pixels.shape.channels)
        guard var part = pixels.cropped(to: region, into: storage) else { throw .region(box.name) }
        let owned = context.ownsSamples
        context.ownsSamples = true
        defer { context.ownsSamples = owned }
        try operation(&part, &context)
        guard pixels.paste(part, at: region) else { throw .region(box.name) }
        context.buffers.give(part.takeSamples())
    }
}

extension DefensePipeline.Step {
    /// What the step sees of an image of `shape`: all of it, or its region; nil when nothing of the region is there.
    func seenShape(of shape: PixelShape) -> PixelShape? {
        guard let region else { return shape }
        return region.region(on: shape, page: shape).flatMap {
            PixelShape(width: $0.width, height: $0.height, channels: shape.channels)
        }
    }

    /// Of the defense's type.
    package var descriptor: DefenseDescriptor { type(of: defense).descriptor }
}
