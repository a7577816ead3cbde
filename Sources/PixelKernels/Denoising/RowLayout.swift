internal import CPixelKernels

/// How planes of one channel lie in working memory.
///
/// Rows are padded to whole vectors, so that loops over them have no rest, with a gap before each row whose last element
/// is the left neighbour of its first. What is in the padding never reaches the image.
struct RowLayout: Hashable, Sendable {
    /// Elements of one vector of floats at the widest.
    static let alignment = 16
    let width: Int
    let height: Int
    /// Elements that loops pass over: `width` rounded up.
    let padded: Int
    /// Elements from one row to the next, the gap included.
    let stride: Int

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        padded = (width + Self.alignment - 1) / Self.alignment * Self.alignment
        stride = padded + Self.alignment
    }

    /// Elements of a plane.
    var planeCount: Int { stride * height }

    /// Copies a channel of interleaved samples into the rows of `plane`, whose padding becomes 0.
    func take(_ channel: Int, of channels: Int, from source: Span<UInt8>, into plane: inout MutableSpan<UInt8>) {
        for y in 0..<height {
            let row = source.extracting(y * width * channels..<(y + 1) * width * channels)
            var target = plane._mutatingExtracting(y * stride..<(y + 1) * stride)
            ChannelRows.take(channel, of: channels, from: row, into: &target)
            for x in width..<stride { target[x] = 0 }
        }
    }
}

/// Moves one channel in and out of interleaved rows.
enum ChannelRows {
    /// Copies the samples of `channel` from `row` to the front of `plane`.
    static func take(_ channel: Int, of channels: Int, from row: Span<UInt8>, into plane: inout MutableSpan<UInt8>) {
        let count = row.count / channels
        precondition(count * channels == row.count && channel < channels && plane.count >= count)
        unsafe row.withUnsafeBufferPointer { row in
            unsafe plane.withUnsafeMutableBufferPointer { plane in
                guard let row = row.baseAddress, let plane = plane.baseAddress else { return }
                unsafe pk_take_channel(row + channel, plane, channels, count)
            }
        }
    }

    /// Copies the samples of `channel` from `row`, times `scale`, to the front of `plane`.
    static func take(
        _ channel: Int, of channels: Int, from row: Span<UInt8>, scale: Float, into plane: inout MutableSpan<Float>
    ) {
        let count = row.count / channels
        precondition(count * channels == row.count && channel < channels && plane.count >= count)
        unsafe row.withUnsafeBufferPointer { row in
            unsafe plane.withUnsafeMutableBufferPointer { plane in
                guard let row = row.baseAddress, let plane = plane.baseAddress else { return }
                unsafe pk_take_channel_scaled(row + channel, plane, scale, channels, count)
            }
        }
    }

    /// Writes 255 times `values`, clipped and rounded half to even, as the samples of `channel` into `row`.
    static func put(_ values: Span<Float>, channel: Int, of channels: Int, into row: inout MutableSpan<UInt8>) {
        precondition(values.count * channels == row.count && channel < channels)
        unsafe values.withUnsafeBufferPointer { values in
            unsafe row.withUnsafeMutableBufferPointer { row in
                guard let from = values.baseAddress, let row = row.baseAddress else { return }
                unsafe pk_put_channel(from, row + channel, channels, values.count)
            }
        }
    }
}
