package import PixelCore

/// Rounds samples to fewer levels: `level = rint(v L / 255)`, `out = rint(level 255 / L)`, L = 2^bits - 1.
///
/// No u8 input is an exact half in either rounding (2vL = 255·odd and 2·level·255 = L·odd both ask an even number to be
/// odd), so half-to-even and half-up agree and integers suffice.
package enum BitDepthKernel {
    /// Samples between two looks at the cancellation flag.
    private static let chunk = 1 << 20

    /// Writes `source` at `bits` (1...7) into `output` of equal length; false when cancelled, with `output` unfinished.
    package static func reduce(
        _ source: Span<UInt8>, into output: inout MutableSpan<UInt8>, bits: Int, cancellation: CancellationFlag
    ) -> Bool {
        precondition((1...7).contains(bits) && source.count == output.count)
        var start = 0
        while start < source.count {
            if cancellation.isRaised { return false }
            let end = min(source.count, start + chunk)
            var part = output._mutatingExtracting(start..<end)
            reduceChunk(source.extracting(start..<end), into: &part, bits: bits)
            start = end
        }
        return true
    }

    /// The same from the definition, one sample at a time; what tests compare `reduce` with.
    package static func reference(_ value: UInt8, bits: Int) -> UInt8 {
        let top = Double((1 << bits) - 1)
        let level = (Double(value) * top / 255).rounded(.toNearestOrEven)
        return UInt8((level * 255 / top).rounded(.toNearestOrEven))
    }

    /// For bits 1...7, factor and addend with `rint(level 255 / L) = (level factor + addend) / 256` for every level.
    ///
    /// The factor is 65280 / L, rounded; the addends are found by trying them all, and tests check every level.
    private static let scales: [(factor: UInt16, addend: UInt16)] = [
        (65280, 128), (21760, 128), (9326, 128), (4352, 128), (2106, 128), (1036, 133), (514, 128),
    ]

    private static func reduceChunk(_ source: Span<UInt8>, into output: inout MutableSpan<UInt8>, bits: Int) {
        let count = source.count
        precondition(output.count == count)
        let top = UInt16((1 << bits) - 1)
        let (factor, addend) = scales[bits - 1]
        for i in 0..<count {
            // At most 255·127 + 127, then 65280 + 128 + L/2: no 16-bit operation can wrap. (t + 1 + t/256) / 256 is
            // t / 255 for t < 65535.
            let scaled = UInt16(source[i]) &* top &+ 127
            let level = (scaled &+ 1 &+ scaled &>> 8) &>> 8
            output[i] = UInt8(truncatingIfNeeded: (level &* factor &+ addend) &>> 8)
        }
    }
}
