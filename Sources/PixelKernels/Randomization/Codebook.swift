internal import CPixelKernels
package import PixelCore

/// A few colours of an image, and the replacement of every pixel by the nearest of them.
package struct Codebook: Sendable {
    /// How many codewords there can be.
    package static let sizes = 2...16
    /// Pixels that codewords are chosen among.
    static let candidateCount = 4096

    /// The codewords, one after the other, `channels` samples each, in the order in which they were drawn.
    package let codewords: [UInt8]
    private let channels: Int

    /// Draws at most `size` (2...16) codewords from the pixels of `source`, each farther from the others with higher
    /// probability.
    ///
    /// The candidates are all pixels where there are at most 4,096, else as many drawn with replacement (one draw each),
    /// which bounds the cost on any image. The first codeword is a uniform candidate; each next one is drawn with a
    /// probability in proportion to the squared distance to the nearest codeword so far (Arthur, Vassilvitskii,
    /// "k-means++", SODA 2007). Fewer codewords come of candidates with fewer colours.
    package static func draw(
        _ size: Int, from source: Span<UInt8>, shape: PixelShape, using generator: inout ChaChaGenerator
    ) -> Codebook {
        precondition(sizes.contains(size) && source.count == shape.sampleCount)
        let channels = shape.channels
        var positions = Array(0..<min(shape.pixelCount, candidateCount))
        if shape.pixelCount > candidateCount {
            for i in positions.indices { positions[i] = Int(generator.below(UInt32(shape.pixelCount))) }
        }
        var codewords: [UInt8] = []
        // Squares sum to at most 4,096 · 3 · 255², below 2^32.
        var distances = [UInt32](repeating: UInt32.max, count: positions.count)
        var next = Int(generator.below(UInt32(positions.count)))
        while true {
            let chosen = positions[next] * channels
            for c in 0..<channels { codewords.append(source[chosen + c]) }
            if codewords.count == size * channels { break }
            var total: UInt32 = 0
            for i in positions.indices {
                var distance: UInt32 = 0
                for c in 0..<channels {
                    let difference = Int32(source[positions[i] * channels + c]) - Int32(source[chosen + c])
                    distance += UInt32(difference * difference)
                }
                distances[i] = min(distances[i], distance)
                total += distances[i]
            }
            if total == 0 { break }
            var left = generator.below(total)
            next = 0
            while left >= distances[next] {
                left -= distances[next]
                next += 1
            }
        }
        return Codebook(codewords: codewords, channels: channels)
    }

    /// A codebook of these codewords, of `channels` (1 or 3) samples each.
    package init(codewords: [UInt8], channels: Int) {
        precondition((1...16).contains(codewords.count / channels) && codewords.count % channels == 0)
        self.codewords = codewords
        self.channels = channels
    }

    /// How many codewords there are.
    package var count: Int { codewords.count / channels }

    /// Writes `source` with `noise` on it and every pixel then replaced by its nearest codeword into `output`; false when
    /// cancelled, with `output` unfinished and `generator` somewhere between.
    ///
    /// Distance is the sum of squares over channels; the codeword drawn first wins a tie.
    package func quantize(
        _ source: Span<UInt8>, into output: inout MutableSpan<UInt8>, noise: NoiseKernel,
        drawingFrom generator: inout ChaChaGenerator, cancellation: CancellationFlag
    ) -> Bool {
        precondition(source.count == output.count && source.count % channels == 0)
        let chunk = 1024 * channels
        var words = [UInt32](repeating: 0, count: min(chunk, source.count))
        var noisy = [UInt8](repeating: 0, count: words.count)
        var search = NearestSearch(self, channels: channels)
        for start in stride(from: 0, to: source.count, by: chunk) {
            if cancellation.isRaised { return false }
            let range = start..<min(source.count, start + chunk)
            var span = noisy.mutableSpan
            var part = span._mutatingExtracting(0..<range.count)
            noise.add(to: source.extracting(range), into: &part, &words, &generator)
            var out = output._mutatingExtracting(range)
            search.replace(noisy.span.extracting(0..<range.count), into: &out)
        }
        return true
    }
}

/// The search for the nearest codeword: a table for grey, the vector loops for colours.
private struct NearestSearch {
    private let channels: Int
    /// For grey, the codeword nearest to each level.
    private let levels: [UInt8]
    /// For colours, three samples and a byte of padding each.
    private let padded: [UInt8]
    private let count: Int
    private var planes = [UInt8](repeating: 0, count: 3 * 1024)
    private var best = [UInt32](repeating: 0, count: 1024)

    init(_ book: Codebook, channels: Int) {
        self.channels = channels
        count = book.count
        let words = book.codewords
        var (levels, padded): ([UInt8], [UInt8]) = ([], [])
        if channels == 1 {
            levels = (0...255).map { level in
                words.min { abs(Int($0) - level) < abs(Int($1) - level) } ?? 0
            }
        } else {
            for i in 0..<book.count { padded += [words[3 * i], words[3 * i + 1], words[3 * i + 2], 0] }
        }
        self.levels = levels
        self.padded = padded
    }

    /// Writes at most 1,024 pixels of `source`, each as its nearest codeword, into `output`.
    mutating func replace(_ source: Span<UInt8>, into output: inout MutableSpan<UInt8>) {
        precondition(source.count <= 1024 * channels && output.count == source.count)
        if channels == 1 {
            for i in 0..<source.count { output[i] = levels[Int(source[i])] }
            return
        }
        let pixels = source.count / 3
        for i in 0..<pixels { best[i] = UInt32.max }
        unsafe source.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { output in
                unsafe planes.withUnsafeMutableBufferPointer { planes in
                    unsafe best.withUnsafeMutableBufferPointer { best in
                        unsafe padded.withUnsafeBufferPointer { words in
                            guard let from = source.baseAddress, let to = output.baseAddress,
                                let red = planes.baseAddress, let best = best.baseAddress,
                                let words = words.baseAddress
                            else { return }
                            let (green, blue) = unsafe (red + 1024, red + 2048)
                            unsafe pk_split_rgb_row(from, red, green, blue, pixels)
                            for i in 0..<count {
                                unsafe pk_nearest_codeword_row(
                                    red, green, blue, best, pixels, words + 4 * i, UInt32(i))
                            }
                            unsafe pk_write_codewords_row(best, words, to, pixels)
                        }
                    }
                }
            }
        }
    }
}
