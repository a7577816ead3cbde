/// Squared distances between one row of 64 whole numbers and many.
package enum SignatureDistance {
    /// Numbers in a row.
    package static let length = 64

    /// Writes the sum of squared differences between `query` and each row of `table` into `output`.
    ///
    /// `query` has 64 members, `table` 64 for each of `output`. Members must be within -2896...2896, so that a sum
    /// stays below 2^31. Costs one multiplication a member of the table.
    package static func squared(_ query: Span<Int16>, to table: Span<Int16>, into output: inout MutableSpan<Int32>) {
        precondition(query.count == length && table.count == output.count * length)
        for row in 0..<output.count {
            let start = row * length
            output[row] = squared(query, table.extracting(start..<start + length))
        }
    }

    /// The sum of squared differences of two rows of 64; see the other overload for the range.
    package static func squared(_ a: Span<Int16>, _ b: Span<Int16>) -> Int32 {
        precondition(a.count == length && b.count == length)
        var sum: Int32 = 0
        for i in 0..<length {
            // Within ±5792: neither the difference nor 64 squares of it can wrap.
            let difference = Int32(a[i] &- b[i])
            sum = sum &+ difference &* difference
        }
        return sum
    }
}
