internal import PixelCore

/// Turns rows as the libraries give them into rows of 8-bit grey or RGB. The rules are in `docs/image-formats.md`.
struct RowConversion {
    /// What the rows hold.
    enum Source {
        /// 8-bit grey or RGB already.
        case plain
        /// Big-endian 16-bit samples, grey or RGB.
        case sixteenBits
        /// Grey and alpha or RGB and alpha, of 8 or 16 bits.
        case alpha(isSixteenBits: Bool)
        /// CMYK as Adobe stores it: 255 is no ink.
        case invertedCMYK
    }

    let source: Source
    /// Channels of a row as read.
    let channels: Int
    /// One value of the background for each channel that comes out.
    private let background: [UInt16]
    private var reduced: [UInt8]
    /// True once some pixel that is not opaque held a colour other than the one shown.
    private(set) var hidesColour = false

    /// A conversion of rows of `width` pixels of `channels`; `background` is red, green, blue.
    init(source: Source, channels: Int, width: Int, background: [UInt8]) {
        self.source = source
        self.channels = channels
        let colours = background.map(UInt16.init)
        if channels == 2 {
            // (sum + 1) / 3 is the mean rounded to nearest: thirds have no ties.
            self.background = [(colours.reduce(0, +) + 1) / 3]
        } else {
            self.background = colours
        }
        if case .alpha(isSixteenBits: true) = source {
            reduced = [UInt8](repeating: 0, count: width * channels)
        } else {
            reduced = []
        }
    }

    /// Channels that come out: 1 or 3.
    var outputChannels: Int {
        switch source {
        case .plain, .sixteenBits: channels
        case .alpha: channels - 1
        case .invertedCMYK: 3
        }
    }

    /// True when rows come out as they go in.
    var isIdentity: Bool {
        if case .plain = source { return true }
        return false
    }

    /// Bytes of a row of `width` pixels as read.
    func inputBytes(width: Int) -> Int {
        switch source {
        case .sixteenBits, .alpha(isSixteenBits: true): width * channels * 2
        default: width * channels
        }
    }

    /// Converts one row.
    mutating func convert(_ row: Span<UInt8>, _ out: inout MutableSpan<UInt8>) {
        switch source {
        case .plain:
            for i in 0..<out.count { out[i] = row[i] }
        case .sixteenBits:
            Self.reduce(row, &out)
        case .alpha(isSixteenBits: false):
            composite(row, &out)
        case .alpha(isSixteenBits: true):
            var eight = [UInt8]()
            swap(&eight, &reduced)
            var span = eight.mutableSpan
            Self.reduce(row, &span)
            composite(eight.span, &out)
            swap(&eight, &reduced)
        case .invertedCMYK:
            Self.multiply(row, &out)
        }
    }

    /// 16 bits to 8: rint(v / 257). 257 is odd, so that there are no ties.
    static func reduce(_ row: Span<UInt8>, _ out: inout MutableSpan<UInt8>) {
        for i in 0..<out.count {
            let value = UInt32(row[2 * i]) << 8 | UInt32(row[2 * i + 1])
            // (v * 255 + 32895) >> 16 equals rint(v / 257) for every v; it stays below 2^24.
            out[i] = UInt8(truncatingIfNeeded: (value &* 255 &+ 32895) >> 16)
        }
    }

    private mutating func composite(_ row: Span<UInt8>, _ out: inout MutableSpan<UInt8>) {
        let colours = channels - 1
        var hidden: UInt8 = 0
        if colours == 1 {
            for i in 0..<out.count {
                let value = Self.blend(row[2 * i], row[2 * i + 1], background[0])
                hidden |= value ^ row[2 * i]
                out[i] = value
            }
        } else {
            let (red, green, blue) = (background[0], background[1], background[2])
            for x in 0..<out.count / 3 {
                let alpha = row[4 * x + 3]
                let r = Self.blend(row[4 * x], alpha, red)
                let g = Self.blend(row[4 * x + 1], alpha, green)
                let b = Self.blend(row[4 * x + 2], alpha, blue)
                hidden |= r ^ row[4 * x] | g ^ row[4 * x + 1] | b ^ row[4 * x + 2]
                out[3 * x] = r
                out[3 * x + 1] = g
                out[3 * x + 2] = b
            }
        }
        if hidden != 0 { hidesColour = true }
    }

    /// (alpha · colour + (255 − alpha) · background) / 255, rounded to nearest; 255 is odd, so that there are no ties.
    static func blend(_ colour: UInt8, _ alpha: UInt8, _ background: UInt16) -> UInt8 {
        let weight = UInt32(alpha)
        let sum = weight &* UInt32(colour) &+ (255 &- weight) &* UInt32(background) &+ 128
        // For sums up to 255 · 255 + 128 this is the division by 255.
        return UInt8(truncatingIfNeeded: (sum &+ sum >> 8) >> 8)
    }

    /// Red = C · K / 255 of the stored values, rounded to nearest, and so for green and blue.
    private static func multiply(_ row: Span<UInt8>, _ out: inout MutableSpan<UInt8>) {
        for x in 0..<out.count / 3 {
            let black = row[4 * x + 3]
            out[3 * x] = blend(row[4 * x], black, 0)
            out[3 * x + 1] = blend(row[4 * x + 1], black, 0)
            out[3 * x + 2] = blend(row[4 * x + 2], black, 0)
        }
    }
}
