import PixelCore
import Testing

@Suite("ChaChaGenerator")
struct ChaChaGeneratorTests {
    @Test("a zero key and stream give the first block of RFC 8439, appendix A.1, test vector 1")
    func zeroBlock() {
        var generator = ChaChaGenerator(key: [UInt8](repeating: 0, count: 32))
        let words = (0..<16).map { _ in generator.nextWord() }
        #expect(
            words == [
                0xade0_b876, 0x903d_f1a0, 0xe56a_5d40, 0x28bd_8653, 0xb819_d2bd, 0x1aed_8da0, 0xccef_36a8, 0xc70d_778b,
                0x7c59_41da, 0x8d48_5751, 0x3fe0_2477, 0x374a_d8b8, 0xf4b8_436a, 0x1ca1_1815, 0x69b6_87c3, 0x8665_eeb2,
            ])
    }

    // Key 00 01 … 1f, nonce 00000000 efcdab89 67452301 (the stream, little-endian, in its last eight bytes), blocks 0
    // and 1. Computed with Python's `cryptography` (ChaCha20, OpenSSL), encrypting zeros.
    @Test("the stream number fills the last eight bytes of the nonce and the counter goes on")
    func streamBlocks() {
        var generator = ChaChaGenerator(key: (0..<32).map { UInt8($0) }, stream: 0x0123_4567_89ab_cdef)
        let words = (0..<20).map { _ in generator.nextWord() }
        #expect(
            words == [
                0xc141_f42e, 0x9309_22f0, 0xc856_3029, 0x5390_c59f, 0x4327_3bbc, 0x9cc4_35e4, 0xcd9e_efe1, 0x50a3_7081,
                0x4366_d644, 0x1fa0_d595, 0x1f2f_b884, 0x1170_870c, 0x7cd8_ef86, 0x6613_32fe, 0x6715_e898, 0x856e_4ab5,
                0x0763_a16a, 0x9661_1ee9, 0x6246_4d1f, 0xa4f7_53f5,
            ])
    }

    // The same computation, block 2^10 + 1: past many refills, so that no block is skipped or repeated.
    @Test("blocks far into the stream are in their places")
    func farBlocks() {
        var generator = ChaChaGenerator(key: (0..<32).map { UInt8($0) }, stream: 0x0123_4567_89ab_cdef)
        for _ in 0..<16 * 1025 { _ = generator.nextWord() }
        #expect((0..<4).map { _ in generator.nextWord() } == [0x9cf2_fdd6, 0xc811_6c8a, 0x9904_7d46, 0x4e30_4cf6])
    }

    @Test("64 bits are two words, the first in the low half")
    func wide() {
        var words = ChaChaGenerator(key: [1, 2, 3])
        var wide = ChaChaGenerator(key: [1, 2, 3])
        let low = UInt64(words.nextWord())
        let high = UInt64(words.nextWord())
        #expect(wide.next() == low | high << 32)
    }

    @Test("short keys are padded with zeros and long ones cut")
    func keyLengths() {
        var short = ChaChaGenerator(key: [7])
        var padded = ChaChaGenerator(key: [7] + [UInt8](repeating: 0, count: 31))
        var long = ChaChaGenerator(key: [7] + [UInt8](repeating: 0, count: 31) + [9, 9])
        let first = short.next()
        #expect(padded.next() == first)
        #expect(long.next() == first)
    }

    @Test("different streams differ")
    func streams() {
        var a = ChaChaGenerator(key: [1], stream: 0)
        var b = ChaChaGenerator(key: [1], stream: 1)
        #expect(a.next() != b.next())
    }

    @Test("whole numbers below a bound stay below it and take every value", arguments: [1, 2, 3, 7, 10] as [UInt32])
    func below(bound: UInt32) {
        var generator = ChaChaGenerator(key: [5])
        var seen: Set<UInt32> = []
        for _ in 0..<500 { seen.insert(generator.below(bound)) }
        #expect(seen == Set(0..<bound))
    }
}
