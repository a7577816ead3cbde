internal import CPixelKernels
package import PixelCore

/// How far scalers that read a few positions are from the mean over the area, on the grid that a model's scaler uses and
/// on the same grid moved by half a step both ways.
///
/// A picture knows nothing of the grid, so both are alike; pixels planted for a scaler to read stand out on one alone.
/// Along an axis that shrinks by no more than `leastRatio` nothing is resampled. Destinations that the moved grid has outside the
/// image are left out. Area means are those of `AreaResampler`, the others those of OpenCV 5 and Pillow 13 to the bit.
package struct ScalerDisagreement: Sendable {
    /// Axes that shrink by no more than this are left as they are: there a scaler reads nearly every position.
    package static let leastRatio = 1.2

    /// The scalers that are compared with the area mean.
    package enum Scaler: Int, Sendable, CaseIterable {
        /// OpenCV's `INTER_NEAREST`; also TensorFlow 1.
        case nearestOpenCV
        /// Pillow's `NEAREST`; also TensorFlow 2 with half-pixel centres.
        case nearestPillow
        /// OpenCV's `INTER_LINEAR`, two positions an axis however much it shrinks.
        case bilinearOpenCV
    }

    /// What was measured for one scaler, in squared levels.
    package struct Reading: Hashable, Sendable {
        /// Mean squared difference from the area mean on the scaler's own grid.
        package let aligned: Double
        /// The same without the first and last destination along the axes that shrink: a frame around a picture lies on
        /// the grid, and would set it apart from the moved one.
        package let inner: Double
        /// The same on the moved grid, which has no part of the outer half of these.
        package let moved: Double

        /// A reading, each member named.
        package init(aligned: Double, inner: Double, moved: Double) {
            self.aligned = aligned
            self.inner = inner
            self.moved = moved
        }
    }

    private let shape: PixelShape
    private let rows: SamplingAxis
    private let columns: SamplingAxis

    /// A comparison at `width` by `height`; nil when neither side shrinks by more than `leastRatio`, a destination side
    /// that does is below 3, or the source is one pixel wide or has a side over `AreaResampler.largestSide`.
    package init?(of shape: PixelShape, width: Int, height: Int) {
        guard width > 0, height > 0, shape.width > 1, max(shape.width, shape.height) <= AreaResampler.largestSide,
            let columns = SamplingAxis(source: shape.width, destination: width),
            let rows = SamplingAxis(source: shape.height, destination: height),
            columns.shift > 0 || rows.shift > 0
        else { return nil }
        self.shape = shape
        self.rows = rows
        self.columns = columns
    }

    /// The reading of each scaler in the order of `Scaler.allCases`; costs about two additions a source sample and thirty
    /// operations a destination sample.
    package func measure(_ pixels: Span<UInt8>) -> [Reading] {
        precondition(pixels.count == shape.sampleCount)
        var sums = VerticalSums(axis: rows, rowSamples: shape.rowSamples)
        var aligned = GridLine(shape: shape, rows: rows, columns: columns, isMoved: false)
        var moved = GridLine(shape: shape, rows: rows, columns: columns, isMoved: true)
        unsafe pixels.withUnsafeBufferPointer { pixels in
            guard let from = pixels.baseAddress else { return }
            for y in 0..<rows.count {
                unsafe sums.advance(to: y, of: from)
                unsafe aligned.add(row: y, of: from, sums: sums.aligned)
                // The moved row that ends in this one; along an axis that does not shrink, the row itself.
                if y >= moved.rowLag { unsafe moved.add(row: y - moved.rowLag, of: from, sums: sums.moved) }
            }
        }
        return Scaler.allCases.map { scaler in
            let own = aligned.totals[scaler.rawValue]
            return Reading(aligned: own.mean, inner: own.innerMean, moved: moved.totals[scaler.rawValue].mean)
        }
    }
}
