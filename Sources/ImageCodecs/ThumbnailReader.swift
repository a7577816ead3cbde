internal import PixelCore

/// Where a thumbnail is in the bytes of the file.
enum ThumbnailPlace {
    /// A JPEG.
    case jpeg(Range<Int>)
    /// Samples, `[height, width, 3]`; the range has as many bytes.
    case rgb(Range<Int>, width: Int, height: Int)

    /// The thumbnail in a JPEG's APP0 segment (JFIF 1.02): samples behind the JFIF header, or a JPEG or samples in a JFXX
    /// extension. Nil where there is none, it does not fit into the segment, or it has a palette.
    init?(inAPP0 bytes: Span<UInt8>, _ payload: Range<Int>) {
        let start = payload.lowerBound
        var sizes = start + 12
        if bytes.holds(Array("JFXX\0".utf8), at: start), payload.count > 6 {
            if bytes[start + 5] == 0x10 {
                self = .jpeg(start + 6..<payload.upperBound)
                return
            }
            guard bytes[start + 5] == 0x13 else { return nil }
            sizes = start + 6
        } else if !bytes.holds(Array("JFIF\0".utf8), at: start) {
            return nil
        }
        guard sizes + 2 <= payload.upperBound else { return nil }
        let (width, height) = (Int(bytes[sizes]), Int(bytes[sizes + 1]))
        let first = sizes + 2
        guard width * height > 0, 3 * width * height <= payload.upperBound - first else { return nil }
        self = .rgb(first..<first + 3 * width * height, width: width, height: height)
    }
}

/// Brings a thumbnail down to a few numbers. It is as hostile as the file around it, and gets less.
struct ThumbnailReader {
    /// The most that a thumbnail may take. EXIF data of a JPEG is below 64 KB in any case.
    private static let limits = DecodeLimits(
        encodedBytes: 65_536, width: 512, height: 512, pixels: 512 * 512, workingBytes: 2 << 20, progressiveScans: 12,
        ancillaryBytes: 0)
    private static let side = 8
    /// Least difference of the proportions for which bars are looked for, in 1/64.
    private static let proportionStep = 1

    /// The size of the image that the thumbnail stands for, as coded.
    let codedWidth: Int
    let codedHeight: Int
    /// How the image was turned: 1...8.
    let orientation: Int
    let cancellation: CancellationFlag

    /// The thumbnail's facts; nil where it cannot be decoded within the limits, or is smaller than 8×8. Throws `cancelled`
    /// alone.
    ///
    /// A thumbnail's own thumbnail is not looked at.
    func read(_ place: ThumbnailPlace, of bytes: Span<UInt8>) throws(CodecError) -> ThumbnailFacts? {
        let image: Image
        switch place {
        case .jpeg(let range):
            guard range.count <= Self.limits.encodedBytes, let decoded = try decode(bytes.extracting(range)) else {
                return nil
            }
            image = decoded
        case .rgb(let range, let width, let height):
            let part = bytes.extracting(range)
            guard let shape = PixelShape(width: width, height: height, channels: 3),
                let pixels = PixelBuffer(shape: shape, adopting: part.indices.map { part[$0] })
            else { return nil }
            image = Image(pixels)
        }
        let shape = image.shape
        guard shape.width >= Self.side, shape.height >= Self.side else { return nil }
        return ThumbnailFacts(
            width: shape.width, height: shape.height, luma: means(image, 0..<shape.width, 0..<shape.height),
            croppedLuma: middle(of: shape).map { means(image, $0.columns, $0.rows) })
    }

    private func decode(_ part: Span<UInt8>) throws(CodecError) -> Image? {
        let bytes = part.indices.map { part[$0] }
        guard part.holds(ImageSniffer.jpegSignature, at: 0) else { return nil }
        let decoding = JPEGDecoding(
            limits: Self.limits, options: DecodeOptions(orientation: .ignore), cancellation: cancellation,
            readsThumbnail: false)
        do throws(CodecError) {
            return try decoding.decode(bytes).image
        } catch .cancelled {
            throw .cancelled
        } catch {
            return nil
        }
    }

    /// The middle part of the thumbnail that has the image's proportions; nil where that is nearly all of it.
    private func middle(of shape: PixelShape) -> (columns: Range<Int>, rows: Range<Int>)? {
        // At most 512 · 65,535 each.
        let wide = shape.width * codedHeight
        let high = shape.height * codedWidth
        guard abs(wide - high) * 64 > max(wide, high) * Self.proportionStep else { return nil }
        var (columns, rows) = (0..<shape.width, 0..<shape.height)
        if wide > high {
            let kept = max(Self.side, high / codedHeight)
            columns = (shape.width - kept) / 2..<(shape.width - kept) / 2 + kept
        } else {
            let kept = max(Self.side, wide / codedWidth)
            rows = (shape.height - kept) / 2..<(shape.height - kept) / 2 + kept
        }
        return columns.upperBound <= shape.width && rows.upperBound <= shape.height ? (columns, rows) : nil
    }

    /// The mean luma, (77 R + 150 G + 29 B) / 256, of each of 8×8 parts of `columns` × `rows`, exact to the rounding; turned.
    private func means(_ image: Image, _ columns: Range<Int>, _ rows: Range<Int>) -> [UInt8] {
        let channels = image.shape.channels
        let rowSamples = image.shape.width * channels
        // A pixel is 8 units wide and a part `columns.count` of them; sums stay below 512² · 64 · 255 · 256.
        var sums = [Int](repeating: 0, count: Self.side * Self.side)
        image.withSamples { samples in
            for y in rows {
                for x in columns {
                    let i = y * rowSamples + x * channels
                    let luma =
                        channels == 1
                        ? 256 * Int(samples[i])
                        : 77 * Int(samples[i]) + 150 * Int(samples[i + 1]) + 29 * Int(samples[i + 2])
                    Self.add(luma, x - columns.lowerBound, columns.count, y - rows.lowerBound, rows.count, to: &sums)
                }
            }
        }
        let total = 256 * columns.count * rows.count
        let means = sums.map { UInt8(min(255, ($0 + total / 2) / total)) }
        return turned(means)
    }

    /// Adds a pixel to the parts that it lies in: one or two each way.
    private static func add(_ luma: Int, _ x: Int, _ width: Int, _ y: Int, _ height: Int, to sums: inout [Int]) {
        for row in side * y / height...(side * y + side - 1) / height {
            let high = min(side * (y + 1), height * (row + 1)) - max(side * y, height * row)
            for column in side * x / width...(side * x + side - 1) / width {
                let wide = min(side * (x + 1), width * (column + 1)) - max(side * x, width * column)
                sums[row * side + column] += luma * wide * high
            }
        }
    }

    private func turned(_ means: [UInt8]) -> [UInt8] {
        let placement = OrientationPlacement(
            orientation: orientation, codedWidth: Self.side, codedHeight: Self.side, channels: 1)
        var out = [UInt8](repeating: 0, count: means.count)
        var span = out.mutableSpan
        placement.place(means.span, first: 0, count: Self.side, into: &span)
        return out
    }
}
