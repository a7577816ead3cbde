internal import CPixelKernels
package import PixelCore

/// Turns samples black (0) and white (255), and the grey plane that thresholds of colour images are found on.
package enum BinarizationKernel {
    /// Samples between two looks at the cancellation flag.
    private static let chunk = 1 << 16

    /// Writes 255 where a sample is greater than `threshold`, otherwise 0; false when cancelled.
    package static func binarize(
        _ source: Span<UInt8>, into output: inout MutableSpan<UInt8>, threshold: UInt8, cancellation: CancellationFlag
    ) -> Bool {
        precondition(source.count == output.count)
        for start in stride(from: 0, to: source.count, by: chunk) {
            if cancellation.isRaised { return false }
            let end = min(start + chunk, source.count)
            var part = output._mutatingExtracting(start..<end)
            binarizeRow(source.extracting(start..<end), into: &part, threshold: threshold)
        }
        return true
    }

    /// Writes 255 to every channel of a pixel whose sample of `plane` is greater than `threshold`, otherwise 0.
    ///
    /// `plane` holds one sample for each pixel of `shape`, `output` all its samples. False when cancelled.
    package static func binarize(
        plane: Span<UInt8>, into output: inout MutableSpan<UInt8>, shape: PixelShape, threshold: UInt8,
        cancellation: CancellationFlag
    ) -> Bool {
        precondition(plane.count == shape.pixelCount && output.count == shape.sampleCount)
        if shape.channels == 1 {
            return binarize(plane, into: &output, threshold: threshold, cancellation: cancellation)
        }
        var bits = [UInt8](repeating: 0, count: min(chunk, plane.count))
        for start in stride(from: 0, to: plane.count, by: chunk) {
            if cancellation.isRaised { return false }
            let end = min(start + chunk, plane.count)
            var whole = bits.mutableSpan
            var part = whole._mutatingExtracting(0..<end - start)
            binarizeRow(plane.extracting(start..<end), into: &part, threshold: threshold)
            var place = output._mutatingExtracting(3 * start..<3 * end)
            triple(bits.span.extracting(0..<end - start), into: &place)
        }
        return true
    }

    /// Writes the luma of RGB samples into `plane`, one for each pixel; false when cancelled.
    ///
    /// ITU-R BT.601 as OpenCV's `COLOR_RGB2GRAY` rounds it: (9798 R + 19235 G + 3735 B + 16384) >> 15.
    package static func luma(
        ofRGB source: Span<UInt8>, into plane: inout MutableSpan<UInt8>, cancellation: CancellationFlag
    ) -> Bool {
        let count = plane.count
        precondition(source.count == 3 * count)
        return unsafe source.withUnsafeBufferPointer { source in
            unsafe plane.withUnsafeMutableBufferPointer { plane in
                guard let rgb = source.baseAddress, let out = plane.baseAddress else { return true }
                for start in stride(from: 0, to: count, by: chunk) {
                    if cancellation.isRaised { return false }
                    unsafe pk_grey_row(rgb + 3 * start, out + start, min(chunk, count - start))
                }
                return true
            }
        }
    }

    /// Writes each sample three times; `output` is three times as long.
    static func triple(_ source: Span<UInt8>, into output: inout MutableSpan<UInt8>) {
        precondition(output.count == 3 * source.count)
        unsafe source.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { output in
                guard let samples = source.baseAddress, let out = output.baseAddress else { return }
                unsafe pk_tripled_row(samples, out, source.count)
            }
        }
    }

    private static func binarizeRow(
        _ source: Span<UInt8>, into output: inout MutableSpan<UInt8>, threshold: UInt8
    ) {
        precondition(source.count == output.count)
        unsafe source.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { output in
                guard let samples = source.baseAddress, let out = output.baseAddress else { return }
                unsafe pk_binarize_row(samples, out, source.count, threshold)
            }
        }
    }
}
