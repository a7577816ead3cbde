import ImageCodecs
import PixelCore
import Testing

/// A scan drawn for a test: grey paper, and on it what the test asks for.
struct DrawnCheque {
    let width: Int
    let height: Int
    var samples: [UInt8]

    init(width: Int = 640, height: Int = 200) {
        self.width = width
        self.height = height
        samples = [UInt8](repeating: 243, count: width * height)
    }

    /// A frame of 200×60 with a currency sign and `digits`, the first digit's box at (50, 14) inside it.
    static func amount(_ digits: [LabDigit], x: Int = 300, y: Int = 90) -> DrawnCheque {
        var cheque = DrawnCheque()
        cheque.drawFrame(x: x, y: y, width: 40 + 34 * max(digits.count, 3) + 24, height: 60)
        cheque.drawSign(x: x + 10, y: y + 12)
        for (index, digit) in digits.enumerated() {
            cheque.paste(digit, x: x + 50 + 34 * index, y: y + 14)
        }
        return cheque
    }

    mutating func fill(x: Int, y: Int, width: Int, height: Int, with value: UInt8) {
        for row in y..<(y + height) {
            for column in x..<(x + width) {
                samples[row * self.width + column] = value
            }
        }
    }

    /// Black lines of three pixels around white paper.
    mutating func drawFrame(x: Int, y: Int, width: Int, height: Int) {
        fill(x: x, y: y, width: width, height: height, with: 30)
        fill(x: x + 3, y: y + 3, width: width - 6, height: height - 6, with: 254)
    }

    /// What stands for the currency sign: a bar as high as one.
    mutating func drawSign(x: Int, y: Int) {
        fill(x: x, y: y, width: 12, height: 34, with: 20)
    }

    /// The digit's 28×28 pixels, black on white.
    mutating func paste(_ digit: LabDigit, x: Int, y: Int) {
        for (index, value) in digit.pixels.enumerated() {
            samples[(y + index / 28) * width + x + index % 28] = 255 - value
        }
    }

    /// The scan with 255 where a sample is at least 128 and 0 elsewhere.
    func cutToOneBit() -> DrawnCheque {
        var copy = self
        copy.samples = samples.map { $0 >= 128 ? 255 : 0 }
        return copy
    }

    /// The scan after a 2×2 median over rows y - 1, y and columns x - 1, x: the third smallest, mirrored at the border.
    func medianSmoothed() -> DrawnCheque {
        var copy = self
        for y in 0..<height {
            for x in 0..<width {
                let (above, before) = (max(y - 1, 0), max(x - 1, 0))
                let window = [
                    samples[above * width + before], samples[above * width + x], samples[y * width + before],
                    samples[y * width + x],
                ]
                copy.samples[y * width + x] = window.sorted()[2]
            }
        }
        return copy
    }

    func image(channels: Int = 1) throws -> Image {
        try Image.made(width: width, height: height, channels: channels, of: samples)
    }
}

extension Image {
    /// An image whose pixels have `samples` in each of their channels.
    static func made(width: Int, height: Int, channels: Int, of samples: some Sequence<UInt8>) throws -> Image {
        let shape = try #require(PixelShape(width: width, height: height, channels: channels))
        let interleaved = samples.flatMap { [UInt8](repeating: $0, count: channels) }
        guard let buffer = PixelBuffer(shape: shape, adopting: interleaved) else {
            throw DrawingMistake.wrongCount(interleaved.count)
        }
        return Image(buffer)
    }

    /// The picture in a PNG file of the lab.
    static func decoded(_ bytes: [UInt8]) throws -> Image {
        let limits = DecodeLimits(
            encodedBytes: 1 << 20, width: 2000, height: 2000, pixels: 1 << 20, workingBytes: 1 << 22,
            progressiveScans: 10, ancillaryBytes: 1 << 16)
        let decoder = ImageDecoder(limits: limits, options: DecodeOptions(orientation: .ignore))
        return try decoder.decode(bytes, cancellation: CancellationFlag()).image
    }
}

enum DrawingMistake: Error {
    case wrongCount(Int)
}
