internal import CPixelKernels
package import PixelCore

/// Adds noise of a given distribution to samples, one random word a sample in the order of the samples.
package struct NoiseKernel: Sendable {
    private enum Distribution: Sendable {
        case table(NoiseTable)
        case uniform(reach: UInt32)
    }

    /// Samples between two looks at the cancellation flag; their words stay in the nearest cache.
    private static let chunk = 2048
    private let distribution: Distribution

    /// Gaussian noise of whole levels: exactly the values that `sampler` draws.
    package init(gaussian sampler: GaussianSampler) {
        distribution = .table(NoiseTable(sampler))
    }

    /// Uniform noise of at most `amplitude` levels either way, rounded to whole levels: `rint(u)` with u uniform over the
    /// multiples of 1/65536 in `-amplitude...amplitude`. Nil unless `amplitude` is in 0...255.
    package init?(uniformAmplitude amplitude: Double) {
        guard (0...255).contains(amplitude) else { return nil }
        distribution = .uniform(reach: UInt32(amplitude * 65536 + 0.5))
    }

    /// Writes `source` with noise, clipped to 0...255, into `output` of equal count; false when cancelled, with `output`
    /// unfinished and `generator` somewhere between.
    package func add(
        to source: Span<UInt8>, into output: inout MutableSpan<UInt8>, drawingFrom generator: inout ChaChaGenerator,
        cancellation: CancellationFlag
    ) -> Bool {
        precondition(source.count == output.count)
        var words = [UInt32](repeating: 0, count: min(Self.chunk, source.count))
        for start in stride(from: 0, to: source.count, by: Self.chunk) {
            if cancellation.isRaised { return false }
            let range = start..<min(source.count, start + Self.chunk)
            var part = output._mutatingExtracting(range)
            add(to: source.extracting(range), into: &part, &words, &generator)
        }
        return true
    }

    /// The same for at most `words.count` samples.
    func add(
        to source: Span<UInt8>, into output: inout MutableSpan<UInt8>, _ words: inout [UInt32],
        _ generator: inout ChaChaGenerator
    ) {
        let count = source.count
        precondition(output.count == count && words.count >= count)
        var span = words.mutableSpan
        var drawn = span._mutatingExtracting(0..<count)
        RandomWords.fill(&drawn, from: &generator)
        unsafe source.withUnsafeBufferPointer { source in
            unsafe words.withUnsafeBufferPointer { words in
                unsafe output.withUnsafeMutableBufferPointer { output in
                    guard let from = source.baseAddress, let words = words.baseAddress, let to = output.baseAddress
                    else { return }
                    switch distribution {
                    case .table(let table): unsafe table.add(to: from, words, into: to, count)
                    case .uniform(let reach): unsafe pk_add_uniform_noise_row(from, words, to, count, reach)
                    }
                }
            }
        }
    }
}

/// A sampler's table laid out for the vector loop.
private struct NoiseTable: Sendable {
    /// The largest word that gives each value or one below it, from the least value on.
    private let last: [UInt32]
    /// For each value of a word's top 12 bits, the index in `last` of the smallest such word.
    private let first: [UInt16]
    private let least: Int32
    /// Values of the top 12 bits with at most one step inside; those beyond are in the tails.
    private let fast: Range<UInt32>

    init(_ sampler: GaussianSampler) {
        let last = sampler.lastWords
        var first: [UInt16] = []
        var index = 0
        var (from, to): (UInt32, UInt32) = (0, 1 << 12)
        for top in 0..<1 << 12 as Range<UInt32> {
            while last[index] < top << 20 { index += 1 }
            first.append(UInt16(index))
            // The largest word of the cell needs more than one step from here.
            let isSlow = index + 1 < last.count && last[index + 1] < top << 20 | 0xF_FFFF
            if isSlow, top < 1 << 11 { from = top + 1 }
            if isSlow, top >= 1 << 11 { to = min(to, top) }
        }
        self.last = last
        self.first = first
        least = Int32(-sampler.reach)
        fast = from..<max(from, to)
    }

    /// `from`, `words` and `to` have `count` elements.
    @unsafe func add(
        to from: UnsafePointer<UInt8>, _ words: UnsafePointer<UInt32>, into to: UnsafeMutablePointer<UInt8>,
        _ count: Int
    ) {
        unsafe last.withUnsafeBufferPointer { last in
            unsafe first.withUnsafeBufferPointer { first in
                guard let last = last.baseAddress, let first = first.baseAddress else { return }
                unsafe pk_add_table_noise_row(
                    from, words, to, count, last, first, least, fast.lowerBound, fast.upperBound)
            }
        }
    }
}
