package import PixelCore

/// How far an image's samples are from pure black and white, on the contour of the ink and off it.
///
/// A colour image is taken as its luma (`InkLuma`). A sample's distance is min(v, 255 - v). The contour is every sample whose
/// 3×3 neighbourhood, the border repeated, lies on both sides of 128; the other samples are flat. Whole numbers throughout,
/// at about two operations a sample.
package struct InkLevels: Sendable {
    /// Distances from 1 to this are faint: the noise of a scanner's ground.
    static let faintest = 24
    /// Samples at most this far from black or white are near to it.
    static let nearest = 80

    /// Samples of the image.
    package let samples: Int
    /// Samples of at least 128.
    package let white: Int
    /// Samples that are 0 or 255.
    package let pure: Int
    /// Samples within `nearest` of black or white.
    package let near: Int
    /// Samples of the contour.
    package let contour: Int
    /// The sum of the flat samples' distances.
    package let flatDistance: Int
    /// Flat samples that are faint.
    package let flatFaint: Int
    /// Which samples are white.
    package let bits: InkBits

    /// The levels of `image`, whatever they are.
    package init(of image: Image) {
        self.init(Pass(over: image, mostFar: image.shape.pixelCount), samples: image.shape.pixelCount)
    }

    /// The levels of `image`; nil, after few rows, where more than `mostFar` of its samples are further than `nearest` levels
    /// from black and white.
    package init?(of image: Image, mostFar: Int) {
        let pass = Pass(over: image, mostFar: mostFar)
        if pass.isTooFar { return nil }
        self.init(pass, samples: image.shape.pixelCount)
    }

    private init(_ pass: Pass, samples: Int) {
        self.samples = samples
        white = pass.counts.white
        pure = pass.counts.pure
        near = pass.counts.near
        contour = pass.contour
        flatDistance = pass.counts.distance - pass.contourDistance
        flatFaint = pass.counts.faint - pass.contourFaint
        bits = pass.bits
    }

    /// Samples off the contour.
    package var flat: Int { samples - contour }

    /// True when white is the ground and black the ink: at least half of the samples are white.
    package var isWhiteGround: Bool { 2 * white >= samples }

    /// What is counted while the rows go by.
    private struct Pass {
        var bits: InkBits
        var counts = LevelCounts()
        var contour = 0
        var contourDistance = 0
        var contourFaint = 0
        private let mostFar: Int
        private var read = 0

        /// Reads `image`, or as many rows as it takes to find more than `mostFar` far samples.
        init(over image: Image, mostFar: Int) {
            let shape = image.shape
            bits = InkBits(width: shape.width, height: shape.height)
            self.mostFar = mostFar
            image.withSamples { samples in
                if shape.channels == 3 {
                    readLuma(of: samples, shape)
                } else {
                    read(samples, shape)
                }
            }
        }

        /// The rest of the rows cannot change it.
        var isTooFar: Bool { read - counts.near > mostFar }

        /// All rows of a grey image.
        mutating func read(_ samples: Span<UInt8>, _ shape: PixelShape) {
            for y in 0..<shape.height where !isTooFar {
                let row = samples.extracting(y * shape.width..<(y + 1) * shape.width)
                add(row, row: y)
                if y > 0 { finish(samples.extracting((y - 1) * shape.width..<y * shape.width), row: y - 1) }
                if y == shape.height - 1 { finish(row, row: y) }
            }
        }

        /// All rows of a colour image.
        mutating func readLuma(of samples: Span<UInt8>, _ shape: PixelShape) {
            var luma = [UInt8](repeating: 0, count: shape.width)
            var before = luma
            for y in 0..<shape.height where !isTooFar {
                var row = luma.mutableSpan
                InkLuma.write(samples.extracting(y * shape.rowSamples..<(y + 1) * shape.rowSamples), into: &row)
                add(luma.span, row: y)
                if y > 0 { finish(before.span, row: y - 1) }
                swap(&luma, &before)
            }
            if isTooFar { return }
            finish(before.span, row: shape.height - 1)
        }

        /// A row; they come in order.
        private mutating func add(_ levels: Span<UInt8>, row y: Int) {
            bits.pack(levels, row: y)
            counts.add(levels)
            read += levels.count
        }

        /// The same row again, once the one below it was added.
        private mutating func finish(_ levels: Span<UInt8>, row y: Int) {
            for word in 0..<bits.words {
                var left =
                    InkBits.contour(
                        bits.window(row: y - 1, word: word), bits.window(row: y, word: word),
                        bits.window(row: y + 1, word: word)) & bits.samples(of: word)
                contour += left.nonzeroBitCount
                while left != 0 {
                    let level = levels[word * 32 + left.trailingZeroBitCount]
                    let distance = Int(min(level, 255 - level))
                    contourDistance += distance
                    if 1...InkLevels.faintest ~= distance { contourFaint += 1 }
                    left &= left - 1
                }
            }
        }
    }
}

/// Counts over all samples of rows, eight samples at a time.
private struct LevelCounts {
    var white = 0
    var pure = 0
    var near = 0
    var faint = 0
    var distance = 0

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let pairs: UInt64 = 0x00FF_00FF_00FF_00FF
    /// Words after which the counters of a byte (at most one a word) and of 16 bits (at most 254 a word) are emptied.
    private static let blockWords = 128

    mutating func add(_ levels: Span<UInt8>) {
        let words = levels.count / 8
        var word = 0
        while word < words {
            let end = min(words, word + Self.blockWords)
            addBlock(levels.extracting(word * 8..<end * 8), words: end - word)
            word = end
        }
        for x in words * 8..<levels.count {
            let level = levels[x]
            let distance = Int(min(level, 255 - level))
            white += level >= 128 ? 1 : 0
            pure += distance == 0 ? 1 : 0
            near += distance <= InkLevels.nearest ? 1 : 0
            faint += distance >= 1 && distance <= InkLevels.faintest ? 1 : 0
            self.distance += distance
        }
    }

    /// All sums below stay within their bytes or pairs of bytes, so that wrapping operators never wrap.
    private mutating func addBlock(_ levels: Span<UInt8>, words: Int) {
        let bytes = unsafe levels.bytes
        let beyondZero = Self.ones &* 127
        let beyondFaint = Self.ones &* UInt64(127 - InkLevels.faintest)
        let beyondNear = Self.ones &* UInt64(127 - InkLevels.nearest)
        var (whites, coloured, fars, louds, sums) = (UInt64(0), UInt64(0), UInt64(0), UInt64(0), UInt64(0))
        for word in 0..<words {
            let eight = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: word &* 8, as: UInt64.self)
            let isWhite = eight >> 7 & Self.ones
            // 255 - v is v with all bits turned; a distance is below 128.
            let distances = eight ^ (isWhite &* 255)
            whites = whites &+ isWhite
            coloured = coloured &+ ((distances &+ beyondZero) >> 7 & Self.ones)
            louds = louds &+ ((distances &+ beyondFaint) >> 7 & Self.ones)
            fars = fars &+ ((distances &+ beyondNear) >> 7 & Self.ones)
            sums = sums &+ (distances & Self.pairs) &+ (distances >> 8 & Self.pairs)
        }
        white += Self.sumOfBytes(whites)
        pure += words * 8 - Self.sumOfBytes(coloured)
        near += words * 8 - Self.sumOfBytes(fars)
        faint += Self.sumOfBytes(coloured) - Self.sumOfBytes(louds)
        for lane in 0..<4 { distance += Int(sums >> UInt64(lane * 16) & 0xFFFF) }
    }

    private static func sumOfBytes(_ bytes: UInt64) -> Int {
        (0..<8).reduce(0) { $0 + Int(bytes >> UInt64($1 * 8) & 0xFF) }
    }
}
