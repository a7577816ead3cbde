internal import CPixelKernels
internal import PixelCore

/// The mean of 2×2 samples: what area and OpenCV's bilinear scaling both are when each side is halved exactly.
enum HalvingKernel {
    /// True when both sides of `source` are twice those of `destination`.
    static func applies(from source: PixelShape, to destination: PixelShape) -> Bool {
        source.width == 2 * destination.width && source.height == 2 * destination.height
    }

    /// Writes the means of `pixels` into `output` of `destination`; false when cancelled.
    ///
    /// The pointers are to all samples of the source and of the destination.
    static func resize(
        _ pixels: UnsafePointer<UInt8>, into output: UnsafeMutablePointer<UInt8>, destination: PixelShape,
        roundsToEven: Bool, cancellation: CancellationFlag
    ) -> Bool {
        let length = destination.rowSamples
        var scratch = [UInt8](repeating: 0, count: 2 * length)
        for y in 0..<destination.height {
            if cancellation.isRaised { return false }
            let above = unsafe pixels + 4 * y * length
            unsafe pk_mean2(
                above, above + 2 * length, output + y * length, destination.width, destination.channels,
                roundsToEven ? 1 : 0, &scratch)
        }
        return true
    }
}
