extension PixelBuffer {
    /// The samples inside `region`, which must lie inside the image, in `storage`, whose content does not matter and whose
    /// count is the region's. nil when either does not hold.
    package borrowing func cropped(to region: Region, into storage: consuming [UInt8]) -> PixelBuffer? {
        guard region.isInside(shape),
            let part = PixelShape(width: region.width, height: region.height, channels: shape.channels),
            var result = PixelBuffer(shape: part, adopting: storage)
        else { return nil }
        let (length, rowSamples, left) = (part.rowSamples, shape.rowSamples, region.x * shape.channels)
        withSamples { source in
            result.withMutableSamples { output in
                for y in 0..<region.height {
                    let start = (region.y + y) * rowSamples + left
                    let row = source.extracting(start..<start + length)
                    var target = output._mutatingExtracting(y * length..<(y + 1) * length)
                    for i in 0..<length { target[i] = row[i] }
                }
            }
        }
        return result
    }

    /// Puts `part`, of `region`'s shape, where `region` is; false, with nothing changed, when it does not fit.
    package mutating func paste(_ part: borrowing PixelBuffer, at region: Region) -> Bool {
        guard region.isInside(shape), part.shape.width == region.width, part.shape.height == region.height,
            part.shape.channels == shape.channels
        else { return false }
        let (length, rowSamples, left) = (part.shape.rowSamples, shape.rowSamples, region.x * shape.channels)
        part.withSamples { source in
            withMutableSamples { output in
                for y in 0..<region.height {
                    let start = (region.y + y) * rowSamples + left
                    let row = source.extracting(y * length..<(y + 1) * length)
                    var target = output._mutatingExtracting(start..<start + length)
                    for i in 0..<length { target[i] = row[i] }
                }
            }
        }
        return true
    }
}
