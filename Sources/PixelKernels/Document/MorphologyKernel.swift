package import PixelCore

/// Grey morphology with a flat square of k × k samples, channels apart.
///
/// The erosion's window of row r is r - k/2 ... r - k/2 + k - 1 (an even window leans up and left) and the dilation's
/// is its reflection, so that an opening never raises a sample, a closing never lowers one, and either twice is the
/// same as once. What lies beyond the border does not count. Equal to `scipy.ndimage.grey_erosion`, `grey_dilation`,
/// `grey_opening`, `grey_closing` with `size=(k, k, 1)`, mode `nearest`; and to OpenCV's `erode`, `dilate` and
/// `morphologyEx` with their own border where k is odd. OpenCV does not reflect, so its even openings move the image.
package enum MorphologyKernel {
    /// What is done.
    package enum Operation: Sendable, CaseIterable {
        /// The smallest sample of the window.
        case erosion
        /// The largest sample of the window.
        case dilation
        /// Erosion, then dilation: removes what is bright and narrower than the window.
        case opening
        /// Dilation, then erosion: removes what is dark and narrower than the window.
        case closing
    }

    /// The sides of a window that have a kernel.
    package static let windows = 2...9

    /// Writes the filtered `source` into `output`, both of `shape`; false when cancelled, with `output` unfinished.
    ///
    /// Costs about 3k/2 comparisons of samples each for erosion and dilation, and memory of 16 + k rows.
    package static func filter(
        _ source: Span<UInt8>, into output: inout MutableSpan<UInt8>, shape: PixelShape, operation: Operation,
        window: Int, cancellation: CancellationFlag
    ) -> Bool {
        precondition(source.count == shape.sampleCount && output.count == shape.sampleCount)
        precondition(windows.contains(window))
        let isLargestFirst = operation == .dilation || operation == .closing
        let first = MorphologyPass(shape: shape, isLargest: isLargestFirst, window: window)
        switch operation {
        case .erosion, .dilation: return run(first, source, into: &output, shape, cancellation)
        case .opening, .closing: break
        }
        let second = MorphologyPass(shape: shape, isLargest: !isLargestFirst, window: window)
        return run(first, second, source, into: &output, shape, cancellation)
    }

    /// Rows between two looks at the cancellation flag.
    private static let bandRows = 16

    private static func run(
        _ pass: MorphologyPass, _ source: Span<UInt8>, into output: inout MutableSpan<UInt8>, _ shape: PixelShape,
        _ cancellation: CancellationFlag
    ) -> Bool {
        let length = shape.rowSamples
        var scratch = pass.makeScratch()
        for top in stride(from: 0, to: shape.height, by: bandRows) {
            if cancellation.isRaised { return false }
            let rows = top..<min(shape.height, top + bandRows)
            var band = output._mutatingExtracting(rows.lowerBound * length..<rows.upperBound * length)
            pass.write(rows, of: source, firstRow: 0, into: &band, &scratch)
        }
        return true
    }

    /// Both passes band by band: between them are only the rows that a band of the second reads.
    private static func run(
        _ first: MorphologyPass, _ second: MorphologyPass, _ source: Span<UInt8>,
        into output: inout MutableSpan<UInt8>, _ shape: PixelShape, _ cancellation: CancellationFlag
    ) -> Bool {
        let length = shape.rowSamples
        var between = [UInt8](repeating: 0, count: (bandRows + second.window - 1) * length)
        var held = 0..<0
        var (firstScratch, secondScratch) = (first.makeScratch(), second.makeScratch())
        for top in stride(from: 0, to: shape.height, by: bandRows) {
            if cancellation.isRaised { return false }
            let rows = top..<min(shape.height, top + bandRows)
            let needed = max(0, top - second.before)..<min(shape.height, rows.upperBound + second.after)
            var store = between.mutableSpan
            // What the band before has made of it moves to the front, downwards in place.
            let kept = (held.upperBound - needed.lowerBound) * length
            let shift = (needed.lowerBound - held.lowerBound) * length
            if shift > 0 {
                for i in 0..<kept { store[i] = store[i + shift] }
            }
            var fresh = store._mutatingExtracting(kept..<needed.count * length)
            first.write(held.upperBound..<needed.upperBound, of: source, firstRow: 0, into: &fresh, &firstScratch)
            held = needed
            var band = output._mutatingExtracting(rows.lowerBound * length..<rows.upperBound * length)
            second.write(rows, of: between.span, firstRow: held.lowerBound, into: &band, &secondScratch)
        }
        return true
    }
}
