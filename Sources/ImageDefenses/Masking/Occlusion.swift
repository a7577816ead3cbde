package import PixelCore

/// Covers a box of the image with one colour.
///
/// Zeiler, Fergus, "Visualizing and Understanding Convolutional Networks", ECCV 2014, section 4.2: what the model no
/// longer says once a part is covered, it said because of that part. Covering every place in turn is how patches are found
/// and disarmed (McCoyd et al., "Minority Reports Defense", ACNS Workshops 2020; Xiang, Mahloujifar, Mittal,
/// "PatchCleanser", USENIX Security 2022). The box is given in percent of the sides, rounded outwards to whole pixels and
/// cut at the image's edges; at least one pixel is covered. The mean is that of the whole image, channel by channel,
/// halves rounded up.
package struct Occlusion: Defense {
    /// What the catalogue prints.
    package static let descriptor = DefenseDescriptor(
        name: "occlude", family: .masking,
        summary: "Covers a box of the image with one colour.",
        source: "Zeiler, Fergus: Visualizing and Understanding Convolutional Networks, ECCV 2014, section 4.2; "
            + "McCoyd et al.: Minority Reports Defense, ACNS Workshops 2020; "
            + "Xiang, Mahloujifar, Mittal: PatchCleanser, USENIX Security 2022",
        weaknesses:
            "Leaves everything outside the box as it was; a box that covers what the image shows costs the right "
            + "answer too. Patches that straddle boxes, and several patches, survive any one box.",
        isRandomized: false, changesShape: false,
        parameters: [
            ParameterDescriptor(
                name: "x", kind: .integer(0...99), defaultValue: .integer(25),
                summary: "Left edge of the box in percent of the image's width."),
            ParameterDescriptor(
                name: "y", kind: .integer(0...99), defaultValue: .integer(25),
                summary: "Top edge of the box in percent of the image's height."),
            ParameterDescriptor(
                name: "width", kind: .integer(1...100), defaultValue: .integer(50),
                summary: "Width of the box in percent of the image's."),
            ParameterDescriptor(
                name: "height", kind: .integer(1...100), defaultValue: .integer(50),
                summary: "Height of the box in percent of the image's."),
            ParameterDescriptor(
                name: "fill", kind: .choice(["mean", "black", "grey", "white"]), defaultValue: .text("mean"),
                summary: "The colour that covers the box: the image's mean, or a level in every channel."),
        ])

    private let columns: (first: Int, count: Int)
    private let rows: (first: Int, count: Int)
    /// nil for the image's mean.
    private let level: UInt8?

    /// Takes what the descriptor lists.
    package init(parameters: [String: ParameterValue]) throws(DefenseError) {
        let checked = try Self.descriptor.check(parameters)
        columns = (checked.integer("x"), checked.integer("width"))
        rows = (checked.integer("y"), checked.integer("height"))
        switch checked.text("fill") {
        case "black": level = 0
        case "grey": level = 128
        case "white": level = 255
        default: level = nil
        }
    }

    /// The box that is covered on an image of `shape`.
    package func box(on shape: PixelShape) -> Region? {
        let across = Self.range(columns, of: shape.width)
        let down = Self.range(rows, of: shape.height)
        return Region(x: across.lowerBound, y: down.lowerBound, width: across.count, height: down.count)
    }

    /// The defended pixels; see `Defense`.
    package func apply(to pixels: inout PixelBuffer, context: inout DefenseContext) throws(DefenseError) {
        let shape = pixels.shape
        guard let box = box(on: shape) else {
            throw .shape(defense: Self.descriptor.name, width: shape.width, height: shape.height)
        }
        let (cancellation, level) = (context.cancellation, level)
        try context.replace(&pixels) { source, output in
            var colour = InlineArray<3, UInt8>(repeating: level ?? 0)
            if level == nil {
                guard let mean = Self.mean(source, shape, cancellation) else { return false }
                colour = mean
            }
            return Self.cover(box, of: source, shape, with: colour, into: &output, cancellation)
        }
    }

    /// Percent of `side` rounded outwards; a share of a whole image is never a pixel too many, since it is exact.
    private static func range(_ share: (first: Int, count: Int), of side: Int) -> Range<Int> {
        let first = share.first * side / 100
        let end = min(side, ((share.first + share.count) * side + 99) / 100)
        return first..<max(end, first + 1)
    }

    /// The mean of each channel; nil when cancelled.
    private static func mean(
        _ source: Span<UInt8>, _ shape: PixelShape, _ cancellation: CancellationFlag
    ) -> InlineArray<3, UInt8>? {
        let length = shape.rowSamples
        var columns = [UInt32](repeating: 0, count: length)
        var totals = columns.mutableSpan
        var sums = InlineArray<3, Int>(repeating: 0)
        for y in 0..<shape.height {
            if cancellation.isRaised { return nil }
            // Down the columns first, which adds neighbours to neighbours.
            let row = source.extracting(y * length..<(y + 1) * length)
            for i in 0..<length { totals[i] &+= UInt32(row[i]) }
            // 2¹⁶ rows of at most 255 fit.
            guard (y + 1) % 65_536 == 0 || y + 1 == shape.height else { continue }
            for i in 0..<length {
                sums[i % shape.channels] += Int(totals[i])
                totals[i] = 0
            }
        }
        var mean = InlineArray<3, UInt8>(repeating: 0)
        for c in 0..<shape.channels {
            mean[c] = UInt8((2 * sums[c] + shape.pixelCount) / (2 * shape.pixelCount))
        }
        return mean
    }

    private static func cover(
        _ box: Region, of source: Span<UInt8>, _ shape: PixelShape, with colour: InlineArray<3, UInt8>,
        into output: inout MutableSpan<UInt8>, _ cancellation: CancellationFlag
    ) -> Bool {
        let (length, channels) = (shape.rowSamples, shape.channels)
        for y in 0..<shape.height {
            if cancellation.isRaised { return false }
            let row = source.extracting(y * length..<(y + 1) * length)
            var out = output._mutatingExtracting(y * length..<(y + 1) * length)
            for i in 0..<length { out[i] = row[i] }
            guard y >= box.y, y < box.y + box.height else { continue }
            for x in box.x..<box.x + box.width {
                for c in 0..<channels { out[x * channels + c] = colour[c] }
            }
        }
        return true
    }
}
