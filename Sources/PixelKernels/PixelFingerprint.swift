package import PixelCore

/// A keyed 64-bit fingerprint of samples, for telling equal images from near ones in memory.
///
/// Four interleaved polynomials over the 32-bit words, modulo the prime 2^61 - 1, at points drawn from the key
/// (Carter and Wegman, "Universal classes of hash functions", 1979): without the key, two different images collide with
/// a probability of about words / 2^61. It is not a digest: it depends on byte order and is never stored or recorded.
package struct PixelFingerprint: Sendable {
    private static let prime: UInt64 = (1 << 61) - 1
    private let points: InlineArray<4, UInt64>

    /// A fingerprint function of its own.
    package init(generator: inout ChaChaGenerator) {
        var points: InlineArray<4, UInt64> = .init(repeating: 0)
        for lane in points.indices { points[lane] = generator.next() % Self.prime }
        self.points = points
    }

    /// The fingerprint of `samples` in an image of `shape`.
    package func of(_ samples: Span<UInt8>, shape: PixelShape) -> UInt64 {
        let words = samples.count / 16 * 4
        // The shape goes first: last words are added unmultiplied, where width and height could be swapped.
        var (a, b, c, d) = hashWords(samples, count: words, shape: shape)
        for i in words * 4..<samples.count { a = step(a, UInt64(samples[i]), points[0]) }
        a = step(a, 0, points[0])
        b = step(b, 0, points[1])
        c = step(c, 0, points[2])
        d = step(d, 0, points[3])
        // Sums of independent lanes; the prime leaves three bits of headroom for four of them.
        return (a &+ b &+ c &+ d) % Self.prime
    }

    private func hashWords(
        _ samples: Span<UInt8>, count: Int, shape: PixelShape
    ) -> (UInt64, UInt64, UInt64, UInt64) {
        let bytes = unsafe samples.bytes
        var (a, b, c, d) = (UInt64(shape.width), UInt64(shape.height), UInt64(shape.channels), UInt64(samples.count))
        var offset = 0
        while offset < count * 4 {
            a = step(a, word(bytes, at: offset), points[0])
            b = step(b, word(bytes, at: offset &+ 4), points[1])
            c = step(c, word(bytes, at: offset &+ 8), points[2])
            d = step(d, word(bytes, at: offset &+ 12), points[3])
            offset &+= 16
        }
        return (a, b, c, d)
    }

    /// The 32-bit word at a byte offset; traps unless all four bytes are inside.
    @inline(__always)
    private func word(_ bytes: RawSpan, at offset: Int) -> UInt64 {
        // Safe here: any 32 bits are a number, and the load checks its bounds.
        unsafe UInt64(bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    /// `state · point + word + 1` modulo the prime, partly reduced to below 2^62.
    @inline(__always)
    private func step(_ state: UInt64, _ word: UInt64, _ point: UInt64) -> UInt64 {
        // state < 2^62 and point < 2^61, so the product is below 2^123 and its part above bit 61 below 2^62.
        let (high, low) = state.multipliedFullWidth(by: point)
        let folded = (low & Self.prime) &+ (high << 3 | low >> 61)
        // Below 2^61 + 2^62 + 2^32: one more fold brings it below 2^61 + 4.
        let sum = folded &+ word &+ 1
        return (sum & Self.prime) &+ (sum >> 61)
    }
}
