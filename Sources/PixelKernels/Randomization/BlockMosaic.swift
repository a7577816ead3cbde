internal import CPixelKernels
package import PixelCore

/// An image put together from blocks of 8×8 pixels of several others.
///
/// Blocks begin at the top left corner; those at the right and lower edge hold what is left.
package enum BlockMosaic {
    /// One of `choices` (1...255) for each block in row order, each from one draw.
    package static func draw(shape: PixelShape, choices: Int, from generator: inout ChaChaGenerator) -> [UInt8] {
        let count = (shape.width + 7) / 8 * ((shape.height + 7) / 8)
        return (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.below(UInt32(choices))) }
    }

    /// Copies the blocks of `source` whose member of `choices` is `choice` into `output`; both are of `shape`.
    package static func copy(
        _ source: Span<UInt8>, into output: inout MutableSpan<UInt8>, shape: PixelShape, choices: [UInt8],
        choice: UInt8
    ) {
        let columns = (shape.width + 7) / 8
        precondition(source.count == shape.sampleCount && output.count == shape.sampleCount)
        precondition(choices.count == columns * ((shape.height + 7) / 8))
        let length = shape.rowSamples
        let (width, channels, height) = (shape.width, shape.channels, shape.height)
        unsafe source.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { output in
                unsafe choices.withUnsafeBufferPointer { choices in
                    guard let from = source.baseAddress, let to = output.baseAddress,
                        let choices = choices.baseAddress
                    else { return }
                    for y in 0..<height {
                        unsafe pk_copy_chosen_blocks_row(
                            from + y * length, to + y * length, choices + y / 8 * columns, choice, width, channels)
                    }
                }
            }
        }
    }
}
