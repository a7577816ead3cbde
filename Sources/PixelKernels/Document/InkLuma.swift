internal import CPixelKernels

/// The level by which the filters for scans tell ink from paper: the sample of a grey image, the luma of a colour one.
///
/// Luma is (77 R + 150 G + 29 B + 128) / 256 (ITU-R BT.601 in 8 bits), so grey colours keep their level.
package enum InkLuma {
    /// The luma of one pixel.
    @inline(__always)
    package static func of(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> UInt8 {
        let sum: UInt32 = 77 * UInt32(red) + 150 * UInt32(green) + 29 * UInt32(blue) + 128
        return UInt8(truncatingIfNeeded: sum >> 8)
    }

    /// Writes the luma of a row of RGB pixels into `out`, one sample a pixel.
    static func write(_ rgb: Span<UInt8>, into out: inout MutableSpan<UInt8>) {
        let count = out.count
        precondition(rgb.count == 3 * count)
        unsafe rgb.withUnsafeBufferPointer { rgb in
            unsafe out.withUnsafeMutableBufferPointer { out in
                guard let from = rgb.baseAddress, let to = out.baseAddress else { return }
                unsafe pk_luma_row(from, to, count)
            }
        }
    }
}
