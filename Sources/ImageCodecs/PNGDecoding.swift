internal import PixelCore

/// Decodes one PNG.
struct PNGDecoding {
    let limits: DecodeLimits
    let options: DecodeOptions
    let cancellation: CancellationFlag

    /// The pixels and facts of `bytes`, which begin with a PNG's signature.
    func decode(_ bytes: [UInt8]) throws(CodecError) -> DecodedImage {
        let container = try PNGContainer(bytes.span, limits: limits, cancellation: cancellation)
        return try unsafe bytes.withUnsafeBufferPointer { buffer throws(CodecError) in
            try unsafe decode(buffer, container)
        }
    }

    private func decode(_ bytes: UnsafeBufferPointer<UInt8>, _ container: PNGContainer) throws(CodecError)
        -> DecodedImage
    {
        let reader = try unsafe PNGReader(
            bytes, dataEnd: container.dataEnd, limits: limits, cancellation: cancellation)
        var facts = container.facts
        let orientation = options.orientation == .apply ? facts.exifOrientation ?? 1 : 1
        facts.isOrientationApplied = orientation != 1
        var assembly = PixelAssembly(
            width: container.header.width, height: container.header.height, orientation: orientation,
            cancellation: cancellation, conversion: reader.conversion(background: options.background))
        let working = PixelAssembly.workingBytes(
            passes: reader.passes, inputRowBytes: reader.rowBytes, height: container.header.height,
            isDirect: assembly.isDirect)
        try ImageHeader.check(.workingBytes, working, limits.workingBytes)
        let image = try assembly.run(reader)
        let left = try checkLeftData(reader, container)
        if !left.isEmpty {
            try facts.noteEmbedded(in: unsafe Span(_unsafeElements: bytes).extracting(left), cancellation: cancellation)
        }
        try reader.finish()
        if let place = container.thumbnail {
            let thumbnails = ThumbnailReader(
                codedWidth: container.header.width, codedHeight: container.header.height, orientation: orientation,
                cancellation: cancellation)
            facts.thumbnail = try thumbnails.read(place, of: unsafe Span(_unsafeElements: bytes))
        }
        if assembly.conversion.hidesColour { facts.viewerDifferences.append(.colourUnderAlpha) }
        return DecodedImage(image: image, facts: facts)
    }
}

extension PNGDecoding {
    /// Most bytes of whole image data chunks that may be left after the one that ends the compressed stream; libpng skips
    /// them. Some encoders leave empty ones, each with twelve bytes of its own.
    private static let leftLimit = 1024

    /// The image data that libpng has not taken with the last row; what another file could hide in.
    private func checkLeftData(_ reader: PNGReader, _ container: PNGContainer) throws(CodecError) -> Range<Int> {
        let position = reader.position
        guard position < container.dataEnd else { return 0..<0 }
        guard container.dataEnd - position <= Self.leftLimit else {
            throw PNGHeader.malformed("\(container.dataEnd - position) bytes of image data after the last row")
        }
        return position..<container.dataEnd
    }
}
