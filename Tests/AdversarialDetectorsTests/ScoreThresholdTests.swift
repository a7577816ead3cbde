import AdversarialDetectors
import Testing

@Suite("ScoreThreshold")
struct ScoreThresholdTests {
    private static let hundred = (1...100).map { Double($0) / 100 }

    @Test("the published examples on 0.01 … 1.00", arguments: [(0.05, 0.95), (0.01, 0.99), (0, 1), (0.5, 0.5)])
    func published(rate: Double, threshold: Double) {
        #expect(ScoreThreshold.above(scores: Self.hundred, falsePositiveRate: rate) == threshold)
    }

    // 100 · 0.29 is 28.999999999999996 in binary, and ceil(100 · (1 - 0.07)) is 94: both off by one as floating point.
    @Test("every whole percent of a hundred scores is exact", arguments: 0...99)
    func percents(percent: Int) {
        let threshold = ScoreThreshold.above(scores: Self.hundred, falsePositiveRate: Double(percent) / 100)
        #expect(threshold == Double(100 - percent) / 100)
        #expect(ScoreThreshold.count(of: Self.hundred, above: Double(100 - percent) / 100) == percent)
    }

    @Test("no more than the asked share is above it, ties included", arguments: [1, 2, 7, 50, 333])
    func promise(count: Int) throws {
        let scores = (0..<count).map { Double($0 % 5) }
        let threshold = try #require(ScoreThreshold.above(scores: scores, falsePositiveRate: 0.1))
        #expect(ScoreThreshold.count(of: scores, above: threshold) <= count / 10)
    }

    @Test("the order of the scores does not matter")
    func unsorted() {
        #expect(ScoreThreshold.above(scores: [3, 1, 2], falsePositiveRate: 0.34) == 2)
    }

    @Test("no scores, broken scores and impossible rates give none")
    func refused() {
        #expect(ScoreThreshold.above(scores: [], falsePositiveRate: 0.05) == nil)
        #expect(ScoreThreshold.above(scores: [.nan], falsePositiveRate: 0.05) == nil)
        #expect(ScoreThreshold.above(scores: [1, .infinity], falsePositiveRate: 0.05) == nil)
        for rate in [-0.1, 1, 0.9999999999, .nan] {
            #expect(ScoreThreshold.above(scores: [1], falsePositiveRate: rate) == nil)
        }
    }
}
