package import PixelCore

/// What each of the 256 levels becomes.
package struct PointTable: Hashable, Sendable {
    /// 256 levels.
    package let levels: [UInt8]

    /// The table of `level`, asked for 0...255 once.
    package init(_ level: (UInt8) -> UInt8) {
        levels = (0...255).map { level(UInt8($0)) }
    }

    /// This table, then `next`.
    package func followed(by next: PointTable) -> PointTable {
        PointTable { next.levels[Int(levels[Int($0)])] }
    }
}

/// Sends every sample through a table.
package enum PointKernel {
    private static let chunk = 65536

    /// Writes what `table` makes of `source` into `output`, of the same count; false when cancelled.
    package static func apply(
        _ table: PointTable, _ source: Span<UInt8>, into output: inout MutableSpan<UInt8>,
        cancellation: CancellationFlag
    ) -> Bool {
        precondition(source.count == output.count && table.levels.count == 256)
        let levels = table.levels.span
        for start in stride(from: 0, to: source.count, by: chunk) {
            if cancellation.isRaised { return false }
            for i in start..<min(start + chunk, source.count) { output[i] = levels[Int(source[i])] }
        }
        return true
    }
}
