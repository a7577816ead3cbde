internal import CPixelKernels
package import PixelCore

/// A rectangle of an image as fine luma, for looking at how it was compressed.
package struct LumaTile: Sendable {
    /// Where the rectangle is in the image, in pixels.
    package let columns: Range<Int>
    /// Where the rectangle is in the image, in pixels.
    package let rows: Range<Int>
    /// Luma of ITU-R BT.601 in eighths of a level less 128 levels, -1024...1016, row-major.
    package let luma: [Int16]
    /// 1 where a sample of the pixel is 0 or 255, and its true value may have been beyond.
    package let extreme: [UInt8]

    /// The tile of `samples`, an image of `shape`, within `columns` × `rows`, which lie inside the image.
    package init(of samples: Span<UInt8>, shape: PixelShape, columns: Range<Int>, rows: Range<Int>) {
        precondition(samples.count == shape.sampleCount)
        precondition(columns.lowerBound >= 0 && columns.upperBound <= shape.width)
        precondition(rows.lowerBound >= 0 && rows.upperBound <= shape.height)
        var luma = [Int16](repeating: 0, count: columns.count * rows.count)
        var extreme = [UInt8](repeating: 0, count: luma.count)
        let channels = shape.channels
        for y in rows {
            let start = (y * shape.width + columns.lowerBound) * channels
            let row = samples.extracting(start..<start + columns.count * channels)
            let at = (y - rows.lowerBound) * columns.count
            unsafe row.withUnsafeBufferPointer { row in
                unsafe luma.withUnsafeMutableBufferPointer { luma in
                    unsafe extreme.withUnsafeMutableBufferPointer { extreme in
                        guard let from = row.baseAddress, let to = luma.baseAddress, let mark = extreme.baseAddress
                        else { return }
                        if channels == 1 {
                            unsafe pk_fine_luma_grey_row(from, to + at, mark + at, columns.count)
                        } else {
                            unsafe pk_fine_luma_rgb_row(from, to + at, mark + at, columns.count)
                        }
                    }
                }
            }
        }
        self.columns = columns
        self.rows = rows
        self.luma = luma
        self.extreme = extreme
    }
}
