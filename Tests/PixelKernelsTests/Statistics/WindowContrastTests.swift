import PixelCore
import Testing

@testable import PixelKernels

@Suite("WindowContrast")
struct WindowContrastTests {
    private static func expectEqual(_ sums: [UInt32]) {
        let sorted = sums.sorted()
        let (largest, twiceMedian) = WindowContrast.extremes(of: sums)
        let twice = UInt64(sorted[(sums.count - 1) / 2]) + UInt64(sorted[sums.count / 2])
        #expect(largest == sorted.last)
        #expect(twiceMedian == twice, "\(sums.count) sums")
    }

    @Test("equals sorting, however the sums are spread", arguments: [1, 2, 3, 1023, 1024, 1025, 5000, 5001])
    func equalsSorting(count: Int) {
        var generator = ChaChaGenerator(key: [7])
        let kinds: [(UInt32) -> UInt32] = [
            { $0 }, { $0 & 7 }, { $0 >> 12 }, { _ in 0 }, { _ in .max }, { $0 & 1 == 0 ? 3 : 4_000_000_000 },
            { $0 & 0xFFF == 0 ? .max : 1_000_000 + $0 & 63 }, { $0 & 1 == 0 ? 1023 : 1024 }, { 1 << ($0 & 31) },
        ]
        for kind in kinds {
            Self.expectEqual((0..<count).map { _ in kind(UInt32(truncatingIfNeeded: generator.nextWord())) })
        }
        // The middle between two levels: half of the sums in either.
        Self.expectEqual((0..<count).map { UInt32($0) < UInt32(count) / 2 ? 5 : 70_000 + UInt32($0) })
    }

    @Test("of no sums all is 0")
    func none() {
        #expect(WindowContrast.extremes(of: []) == (0, 0))
    }
}
