/// A specified random stream: equal keys and streams give equal numbers on every platform.
///
/// The ChaCha20 block function of RFC 8439, section 2.3, with a zero nonce but for the stream number, and the block
/// counter from 0. Words are taken from each block in order, low word first.
package struct ChaChaGenerator: RandomNumberGenerator, Sendable {
    private let key: InlineArray<8, UInt32>
    private let stream: UInt64
    private var counter: UInt32 = 0
    private var block: InlineArray<16, UInt32> = .init(repeating: 0)
    private var position = 16

    /// A generator over the 32 bytes of `key` (little-endian words; short keys are zero-padded, long ones cut).
    ///
    /// - Parameter stream: separates purposes that share a key.
    package init(key bytes: [UInt8], stream: UInt64 = 0) {
        var words: InlineArray<8, UInt32> = .init(repeating: 0)
        for i in 0..<min(32, bytes.count) {
            words[i / 4] |= UInt32(bytes[i]) << UInt32(8 * (i % 4))
        }
        self.key = words
        self.stream = stream
    }

    /// The next 64 bits: two words of the stream, the first in the low half.
    package mutating func next() -> UInt64 {
        let low = nextWord()
        return UInt64(low) | UInt64(nextWord()) << 32
    }

    /// The next 32 bits.
    package mutating func nextWord() -> UInt32 {
        if position == 16 { refill() }
        defer { position += 1 }
        return block[position]
    }

    /// A whole number in `0..<bound` without bias, by rejection on 32 bits. `bound` must be at least 1.
    ///
    /// Specified here, unlike the standard library's `random(in:using:)`, whose draws may change between versions.
    package mutating func below(_ bound: UInt32) -> UInt32 {
        precondition(bound > 0)
        let limit = UInt32.max - UInt32.max % bound
        while true {
            let word = nextWord()
            if word < limit { return word % bound }
        }
    }

    private mutating func refill() {
        var state: InlineArray<16, UInt32> = .init(repeating: 0)
        state[0] = 0x6170_7865
        state[1] = 0x3320_646e
        state[2] = 0x7962_2d32
        state[3] = 0x6b20_6574
        for i in 0..<8 { state[4 + i] = key[i] }
        state[12] = counter
        state[13] = 0
        state[14] = UInt32(truncatingIfNeeded: stream)
        state[15] = UInt32(truncatingIfNeeded: stream >> 32)
        var work = state
        for _ in 0..<10 {
            Self.quarterRound(&work, 0, 4, 8, 12)
            Self.quarterRound(&work, 1, 5, 9, 13)
            Self.quarterRound(&work, 2, 6, 10, 14)
            Self.quarterRound(&work, 3, 7, 11, 15)
            Self.quarterRound(&work, 0, 5, 10, 15)
            Self.quarterRound(&work, 1, 6, 11, 12)
            Self.quarterRound(&work, 2, 7, 8, 13)
            Self.quarterRound(&work, 3, 4, 9, 14)
        }
        // Addition modulo 2^32 is what RFC 8439 specifies.
        for i in 0..<16 { block[i] = work[i] &+ state[i] }
        // 2^32 blocks are 256 GiB; wrapping after that repeats the stream, far past any image.
        counter &+= 1
        position = 0
    }

    private static func quarterRound(_ s: inout InlineArray<16, UInt32>, _ a: Int, _ b: Int, _ c: Int, _ d: Int) {
        s[a] = s[a] &+ s[b]
        s[d] = rotate(s[d] ^ s[a], 16)
        s[c] = s[c] &+ s[d]
        s[b] = rotate(s[b] ^ s[c], 12)
        s[a] = s[a] &+ s[b]
        s[d] = rotate(s[d] ^ s[a], 8)
        s[c] = s[c] &+ s[d]
        s[b] = rotate(s[b] ^ s[c], 7)
    }

    private static func rotate(_ value: UInt32, _ bits: UInt32) -> UInt32 {
        value << bits | value >> (32 - bits)
    }
}
