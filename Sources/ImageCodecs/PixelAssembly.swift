internal import PixelCore

/// Gives rows in their coded order.
protocol RowReader: AnyObject {
    /// How often all rows are read over the same memory: 1, or 7 for an interlaced PNG.
    var passes: Int { get }

    /// Reads the next `count` rows to `rows`, `stride` bytes apart.
    func read(_ rows: UnsafeMutablePointer<UInt8>, stride: Int, count: Int) throws(CodecError)
}

/// Puts the rows of a reader together to an image: converted, oriented, and without a second buffer where none is needed.
struct PixelAssembly {
    let width: Int
    let height: Int
    /// 1...8; 1 leaves the pixels where they are.
    let orientation: Int
    let cancellation: CancellationFlag
    var conversion: RowConversion

    /// Bytes of a batch of rows; between batches the cancellation flag is asked.
    private static let batchBytes = 131_072

    /// Bytes held beside the samples: the rows of an interlaced image that cannot be read into its samples.
    static func workingBytes(passes: Int, inputRowBytes: Int, height: Int, isDirect: Bool) -> Int {
        passes > 1 && !isDirect ? PNGHeader.product(inputRowBytes, height, 1) : 0
    }

    /// True when rows are read straight into the image's samples.
    var isDirect: Bool { conversion.isIdentity && orientation == 1 }

    /// The image that `reader` gives; its size is within the limits already.
    mutating func run(_ reader: any RowReader) throws(CodecError) -> Image {
        let placement = OrientationPlacement(
            orientation: orientation, codedWidth: width, codedHeight: height, channels: conversion.outputChannels)
        guard
            let shape = PixelShape(
                width: placement.width, height: placement.height, channels: conversion.outputChannels)
        else { throw CodecError.malfunction(detail: "shape") }
        var failure: CodecError?
        // Every sample is written below, or none is kept.
        let samples = unsafe [UInt8](unsafeUninitializedCapacity: shape.sampleCount) { buffer, initializedCount in
            do throws(CodecError) {
                let whole = unsafe UnsafeMutableBufferPointer(rebasing: buffer[0..<shape.sampleCount])
                try unsafe fill(whole, placement, reader)
                initializedCount = shape.sampleCount
            } catch {
                failure = error
                initializedCount = 0
            }
        }
        if let failure { throw failure }
        guard let pixels = PixelBuffer(shape: shape, adopting: samples) else {
            throw CodecError.malfunction(detail: "shape")
        }
        return Image(pixels)
    }

    private mutating func fill(
        _ samples: UnsafeMutableBufferPointer<UInt8>, _ placement: OrientationPlacement, _ reader: any RowReader
    ) throws(CodecError) {
        if isDirect {
            try unsafe readAll(samples, rowBytes: width * conversion.outputChannels, reader)
            return
        }
        let inputBytes = conversion.inputBytes(width: width)
        if reader.passes > 1 {
            var rows = [UInt8](repeating: 0, count: inputBytes * height)
            try unsafe rows.withUnsafeMutableBufferPointer { buffer throws(CodecError) in
                try unsafe readAll(buffer, rowBytes: inputBytes, reader)
            }
            try unsafe convertAll(rows.span, placement, samples)
        } else {
            try unsafe readInStrips(inputBytes, placement, reader, samples)
        }
    }

    /// Reads every row of every pass into `samples`.
    private func readAll(
        _ samples: UnsafeMutableBufferPointer<UInt8>, rowBytes: Int, _ reader: any RowReader
    ) throws(CodecError) {
        guard let base = samples.baseAddress else { return }
        let batch = Self.batchRows(rowBytes)
        for _ in 0..<reader.passes {
            var y = 0
            while y < height {
                if cancellation.isRaised { throw .cancelled }
                let count = min(batch, height - y)
                try unsafe reader.read(base + y * rowBytes, stride: rowBytes, count: count)
                y += count
            }
        }
    }

    private mutating func readInStrips(
        _ inputBytes: Int, _ placement: OrientationPlacement, _ reader: any RowReader,
        _ out: UnsafeMutableBufferPointer<UInt8>
    ) throws(CodecError) {
        let batch = min(height, Self.batchRows(inputBytes))
        var raw = [UInt8](repeating: 0, count: batch * inputBytes)
        var strip = [UInt8](repeating: 0, count: conversion.isIdentity ? 0 : batch * outputBytes)
        var y = 0
        while y < height {
            if cancellation.isRaised { throw .cancelled }
            let count = min(batch, height - y)
            try unsafe raw.withUnsafeMutableBufferPointer { buffer throws(CodecError) in
                guard let base = buffer.baseAddress else { return }
                try unsafe reader.read(base, stride: inputBytes, count: count)
            }
            unsafe convert(raw.span, first: y, count: count, &strip, placement, out)
            y += count
        }
    }

    private mutating func convertAll(
        _ rows: Span<UInt8>, _ placement: OrientationPlacement, _ out: UnsafeMutableBufferPointer<UInt8>
    ) throws(CodecError) {
        let inputBytes = conversion.inputBytes(width: width)
        let batch = min(height, Self.batchRows(inputBytes))
        var strip = [UInt8](repeating: 0, count: batch * outputBytes)
        var y = 0
        while y < height {
            if cancellation.isRaised { throw .cancelled }
            let count = min(batch, height - y)
            let part = rows.extracting(y * inputBytes..<(y + count) * inputBytes)
            unsafe convert(part, first: y, count: count, &strip, placement, out)
            y += count
        }
    }

    /// Converts `count` rows and puts them in their place, without the strip where they keep their order.
    private mutating func convert(
        _ rows: Span<UInt8>, first: Int, count: Int, _ strip: inout [UInt8], _ placement: OrientationPlacement,
        _ out: UnsafeMutableBufferPointer<UInt8>
    ) {
        let inputBytes = conversion.inputBytes(width: width)
        if conversion.isIdentity {
            unsafe Self.place(rows, placement, first, count, out)
            return
        }
        let isInPlace = orientation == 1
        unsafe strip.withUnsafeMutableBufferPointer { buffer in
            for y in 0..<count {
                let start = isInPlace ? (first + y) * outputBytes : y * outputBytes
                let target = unsafe isInPlace ? out : buffer
                let part = unsafe UnsafeMutableBufferPointer(rebasing: target[start..<start + outputBytes])
                var span = unsafe part.mutableSpan
                conversion.convert(rows.extracting(y * inputBytes..<(y + 1) * inputBytes), &span)
            }
        }
        if !isInPlace { unsafe Self.place(strip.span, placement, first, count, out) }
    }

    private static func place(
        _ rows: Span<UInt8>, _ placement: OrientationPlacement, _ first: Int, _ count: Int,
        _ out: UnsafeMutableBufferPointer<UInt8>
    ) {
        var span = unsafe out.mutableSpan
        placement.place(rows, first: first, count: count, into: &span)
    }

    private var outputBytes: Int { width * conversion.outputChannels }

    /// Rows of about `batchBytes`, at least 16: a whole row of a JPEG's blocks.
    private static func batchRows(_ rowBytes: Int) -> Int { max(16, batchBytes / max(1, rowBytes)) }
}
