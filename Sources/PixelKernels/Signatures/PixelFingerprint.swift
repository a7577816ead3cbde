package import PixelCore

/// A keyed 64-bit fingerprint of samples, for telling equal images from near ones in memory.
///
/// Two steps: each block of 512 bytes is compressed to 64 bits by NH, the sum of products of neighbouring 32-bit words,
/// each added to a key word first (Black, Halevi, Krawczyk, Krovetz, Rogaway, "UMAC: Fast and Secure Message
/// Authentication", CRYPTO 1999, section 4); the blocks are then the coefficients of a polynomial modulo the prime
/// 2^61 - 1 at a point drawn from the key (Carter and Wegman, "Universal classes of hash functions", 1979). Without the
/// key, two different images collide with a probability of about 2^-32. It is not a digest: it depends on byte order and
/// is never stored or recorded.
package struct PixelFingerprint: Sendable {
    private static let prime: UInt64 = (1 << 61) - 1
    private static let blockWords = 128
    private let point: UInt64
    private let keys: [UInt32]

    /// A fingerprint function of its own.
    package init(generator: inout ChaChaGenerator) {
        point = generator.next() % Self.prime
        var keys: [UInt32] = []
        keys.reserveCapacity(Self.blockWords)
        for _ in 0..<Self.blockWords { keys.append(generator.nextWord()) }
        self.keys = keys
    }

    /// The fingerprint of `samples` in an image of `shape`.
    package func of(_ samples: Span<UInt8>, shape: PixelShape) -> UInt64 {
        var state = step(step(UInt64(shape.width), UInt64(shape.height)), UInt64(shape.channels))
        let blockBytes = Self.blockWords * 4
        let keys = keys.span
        var offset = 0
        while offset + blockBytes <= samples.count {
            state = add(compress(samples.extracting(offset..<offset + blockBytes), keys), to: state)
            offset += blockBytes
        }
        if offset < samples.count {
            var tail = [UInt8](repeating: 0, count: blockBytes)
            for i in offset..<samples.count { tail[i - offset] = samples[i] }
            state = add(compress(tail.span, keys), to: state)
        }
        // The length tells a short last block from one that ends in zeros.
        return step(step(state, UInt64(samples.count)), 0) % Self.prime
    }

    /// NH of one block: the sum over pairs of (word + key) · (next word + next key), additions modulo 2^32, the sum
    /// modulo 2^64. Pairs are taken as one 64-bit word, which keeps the loop in vector registers.
    private func compress(_ block: Span<UInt8>, _ keys: Span<UInt32>) -> UInt64 {
        precondition(block.count == Self.blockWords * 4 && keys.count == Self.blockWords)
        let mask: UInt64 = 0xFFFF_FFFF
        var sum: UInt64 = 0
        unsafe block.withUnsafeBytes { bytes in
            unsafe keys.withUnsafeBytes { keyBytes in
                // Both spans hold 8 · 64 bytes, as checked above, and any bits are a number.
                for pair in 0..<Self.blockWords / 2 {
                    let words = unsafe bytes.loadUnaligned(fromByteOffset: pair &* 8, as: UInt64.self)
                    let key = unsafe keyBytes.loadUnaligned(fromByteOffset: pair &* 8, as: UInt64.self)
                    let low = ((words & mask) &+ (key & mask)) & mask
                    let high = ((words >> 32) &+ (key >> 32)) & mask
                    // Wrapping is what NH specifies.
                    sum &+= low &* high
                }
            }
        }
        return sum
    }

    /// Takes 64 bits into the polynomial, in two halves below the prime.
    private func add(_ block: UInt64, to state: UInt64) -> UInt64 {
        step(step(state, block & 0xFFFF_FFFF), block >> 32)
    }

    /// `state · point + word + 1` modulo the prime, partly reduced to below 2^62.
    @inline(__always)
    private func step(_ state: UInt64, _ word: UInt64) -> UInt64 {
        // state < 2^62 and point < 2^61, so the product is below 2^123 and its part above bit 61 below 2^62.
        let (high, low) = state.multipliedFullWidth(by: point)
        let folded = (low & Self.prime) &+ (high << 3 | low >> 61)
        // Below 2^61 + 2^62 + 2^62: one more fold brings it below 2^61 + 8.
        let sum = folded &+ word &+ 1
        return (sum & Self.prime) &+ (sum >> 61)
    }
}
