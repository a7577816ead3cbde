internal import CPixelKernels
package import PixelCore

/// Rounds samples to fewer levels: `level = rint(v L / 255)`, `out = rint(level 255 / L)`, L = 2^bits - 1.
///
/// No u8 input is an exact half in either rounding (2vL = 255·odd and 2·level·255 = L·odd both ask an even number to be
/// odd), so half-to-even and half-up agree and integers suffice.
package enum BitDepthKernel {
    /// Samples between two looks at the cancellation flag.
    private static let chunk = 1 << 20

    /// Both roundings as `(a factor + addend) >> shift` on 16 bits.
    private struct Scale {
        /// To levels: factor is L 2^shift / 255, rounded up, at most 255 so that no sample passes 65535.
        let factor, addend, shift: UInt16
        /// Back to samples, with a shift of 8: scale is 65280 / L, rounded.
        let scale, offset: UInt16
    }

    /// For bits 1...7. The addends are found by trying them all, and tests check every sample.
    private static let scales: [Scale] = [
        Scale(factor: 128, addend: 16384, shift: 15, scale: 65280, offset: 128),
        Scale(factor: 192, addend: 8256, shift: 14, scale: 21760, offset: 128),
        Scale(factor: 225, addend: 4060, shift: 13, scale: 9326, offset: 128),
        Scale(factor: 240, addend: 2160, shift: 12, scale: 4352, offset: 128),
        Scale(factor: 249, addend: 1014, shift: 11, scale: 2106, offset: 128),
        Scale(factor: 253, addend: 505, shift: 10, scale: 1036, offset: 133),
        Scale(factor: 255, addend: 254, shift: 9, scale: 514, offset: 128),
    ]

    /// Writes `source` at `bits` (1...7) into `output` of equal length; false when cancelled, with `output` unfinished.
    package static func reduce(
        _ source: Span<UInt8>, into output: inout MutableSpan<UInt8>, bits: Int, cancellation: CancellationFlag
    ) -> Bool {
        precondition((1...7).contains(bits) && source.count == output.count)
        let scale = scales[bits - 1]
        let count = source.count
        return unsafe source.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { output in
                guard let samples = source.baseAddress, let out = output.baseAddress else { return true }
                for start in stride(from: 0, to: count, by: chunk) {
                    if cancellation.isRaised { return false }
                    unsafe pk_levels_row(
                        samples + start, out + start, min(chunk, count - start), scale.factor, scale.addend,
                        scale.shift, scale.scale, scale.offset)
                }
                return true
            }
        }
    }

    /// The same from the definition, one sample at a time; what tests compare `reduce` with.
    package static func reference(_ value: UInt8, bits: Int) -> UInt8 {
        let top = Double((1 << bits) - 1)
        let level = (Double(value) * top / 255).rounded(.toNearestOrEven)
        return UInt8((level * 255 / top).rounded(.toNearestOrEven))
    }
}
