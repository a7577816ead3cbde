import PixelCore
import PixelKernels
import Testing

@Suite("RandomWords")
struct RandomWordsTests {
    @Test(
        "gives the words of single calls, from any place in the stream, and leaves the generator where they would",
        arguments: [0, 1, 100, 127, 128, 129, 300], [0, 1, 5, 127, 128, 129, 1000])
    func equal(skipped: Int, count: Int) {
        var single = ChaChaGenerator(key: [1, 2, 3], stream: 0x0123_4567_89ab_cdef)
        for _ in 0..<skipped { _ = single.nextWord() }
        var bulk = single
        var words = [UInt32](repeating: 0, count: count)
        var span = words.mutableSpan
        RandomWords.fill(&span, from: &bulk)
        #expect(words == (0..<count).map { _ in single.nextWord() })
        #expect(bulk.next() == single.next())
    }
}
