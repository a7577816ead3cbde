/// A specified random stream: equal keys and streams give equal numbers on every platform.
///
/// The ChaCha20 block function of RFC 8439, section 2.3, with a zero nonce but for the stream number, and the block
/// counter from 0. Words are taken from each block in order, low word first.
package struct ChaChaGenerator: RandomNumberGenerator, Sendable {
    private let key: InlineArray<8, UInt32>
    private let stream: UInt64
    private var counter: UInt32 = 0
    /// The next words: eight blocks made together, which vector instructions do in half the time.
    private var words: InlineArray<128, UInt32> = .init(repeating: 0)
    private var position = 128

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
        if position == words.count { refill() }
        defer { position &+= 1 }
        return words[position]
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

    /// What blocks are made from: the eight words of the key, the first block's counter, the stream.
    package struct BlockState {
        /// The key as little-endian words.
        package let key: InlineArray<8, UInt32>
        /// The counter of the first block.
        package let counter: UInt32
        /// The stream number.
        package let stream: UInt64
    }

    /// Fills `target` with the words that as many calls of `nextWord` would give, in their order.
    ///
    /// - Parameter makeGroups: writes whole groups of eight blocks (128 words) of a state over all of its span.
    package mutating func fill(
        _ target: inout MutableSpan<UInt32>, makeGroups: (BlockState, inout MutableSpan<UInt32>) -> Void
    ) {
        var filled = 0
        while filled < target.count, position < words.count {
            target[filled] = nextWord()
            filled += 1
        }
        let groups = (target.count - filled) / words.count
        if groups > 0 {
            let end = filled + groups * words.count
            var whole = target._mutatingExtracting(filled..<end)
            makeGroups(BlockState(key: key, counter: counter, stream: stream), &whole)
            counter &+= UInt32(truncatingIfNeeded: 8 * groups)
            filled = end
        }
        while filled < target.count {
            target[filled] = nextWord()
            filled += 1
        }
    }

    /// One word of the state in each of eight consecutive blocks.
    private typealias Lanes = InlineArray<8, UInt32>

    private mutating func refill() {
        let (streamLow, streamHigh) = (UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream >> 32))
        // Sixteen variables instead of an array: the loops over lanes vectorize, and no index is checked in the rounds.
        var (a0, a1, a2, a3) = (
            Self.all(0x6170_7865), Self.all(0x3320_646e), Self.all(0x7962_2d32), Self.all(0x6b20_6574)
        )
        var (b0, b1, b2, b3) = (Self.all(key[0]), Self.all(key[1]), Self.all(key[2]), Self.all(key[3]))
        var (c0, c1, c2, c3) = (Self.all(key[4]), Self.all(key[5]), Self.all(key[6]), Self.all(key[7]))
        var (d0, d1, d2, d3) = (Self.all(0), Self.all(0), Self.all(streamLow), Self.all(streamHigh))
        // 2^32 blocks are 256 GiB; wrapping after that repeats the stream, far past any image.
        for lane in d0.indices { d0[lane] = counter &+ UInt32(lane) }
        let counters = d0
        for _ in 0..<10 {
            Self.quarterRound(&a0, &b0, &c0, &d0)
            Self.quarterRound(&a1, &b1, &c1, &d1)
            Self.quarterRound(&a2, &b2, &c2, &d2)
            Self.quarterRound(&a3, &b3, &c3, &d3)
            Self.quarterRound(&a0, &b1, &c2, &d3)
            Self.quarterRound(&a1, &b2, &c3, &d0)
            Self.quarterRound(&a2, &b3, &c0, &d1)
            Self.quarterRound(&a3, &b0, &c1, &d2)
        }
        store(a0, plus: Self.all(0x6170_7865), at: 0)
        store(a1, plus: Self.all(0x3320_646e), at: 1)
        store(a2, plus: Self.all(0x7962_2d32), at: 2)
        store(a3, plus: Self.all(0x6b20_6574), at: 3)
        store(b0, plus: Self.all(key[0]), at: 4)
        store(b1, plus: Self.all(key[1]), at: 5)
        store(b2, plus: Self.all(key[2]), at: 6)
        store(b3, plus: Self.all(key[3]), at: 7)
        store(c0, plus: Self.all(key[4]), at: 8)
        store(c1, plus: Self.all(key[5]), at: 9)
        store(c2, plus: Self.all(key[6]), at: 10)
        store(c3, plus: Self.all(key[7]), at: 11)
        store(d0, plus: counters, at: 12)
        store(d1, plus: Self.all(0), at: 13)
        store(d2, plus: Self.all(streamLow), at: 14)
        store(d3, plus: Self.all(streamHigh), at: 15)
        counter &+= 8
        position = 0
    }

    @inline(__always)
    private static func all(_ word: UInt32) -> Lanes { Lanes(repeating: word) }

    /// Puts `lanes + start` (modulo 2^32, as RFC 8439 says) where word `index` of each block belongs.
    @inline(__always)
    private mutating func store(_ lanes: Lanes, plus start: Lanes, at index: Int) {
        for lane in lanes.indices { words[16 &* lane &+ index] = lanes[lane] &+ start[lane] }
    }

    @inline(__always)
    private static func quarterRound(_ a: inout Lanes, _ b: inout Lanes, _ c: inout Lanes, _ d: inout Lanes) {
        for lane in a.indices {
            var (w, x, y, z) = (a[lane], b[lane], c[lane], d[lane])
            w = w &+ x
            z = rotate(z ^ w, 16)
            y = y &+ z
            x = rotate(x ^ y, 12)
            w = w &+ x
            z = rotate(z ^ w, 8)
            y = y &+ z
            x = rotate(x ^ y, 7)
            (a[lane], b[lane], c[lane], d[lane]) = (w, x, y, z)
        }
    }

    @inline(__always)
    private static func rotate(_ value: UInt32, _ bits: UInt32) -> UInt32 {
        value &<< bits | value &>> (32 &- bits)
    }
}
