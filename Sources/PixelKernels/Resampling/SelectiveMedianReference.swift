package import PixelCore

/// The selective median from its definition; what tests compare `SelectiveMedian` with.
package enum SelectiveMedianReference {
    /// The rebuilt image of `source`; costs a sort of the window for each sample read.
    package static func rebuild(
        _ source: Span<UInt8>, shape: PixelShape, isRowRead: [Bool], isColumnRead: [Bool],
        reach: (rows: Int, columns: Int)
    ) -> [UInt8] {
        var output: [UInt8] = []
        for y in 0..<shape.height {
            for x in 0..<shape.width {
                for c in 0..<shape.channels {
                    var values: [UInt8] = []
                    for row in max(0, y - reach.rows)...min(shape.height - 1, y + reach.rows) {
                        for column in max(0, x - reach.columns)...min(shape.width - 1, x + reach.columns)
                        where !(isRowRead[row] && isColumnRead[column]) {
                            values.append(source[(row * shape.width + column) * shape.channels + c])
                        }
                    }
                    values.sort()
                    let isKept = !(isRowRead[y] && isColumnRead[x]) || values.isEmpty
                    output.append(
                        isKept ? source[(y * shape.width + x) * shape.channels + c] : values[(values.count - 1) / 2])
                }
            }
        }
        return output
    }
}
