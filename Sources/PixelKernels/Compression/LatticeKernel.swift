internal import CPixelKernels

/// Distances of coefficients to the multiples of a quantization step. Everything is in eighths of a level.
package enum LatticeKernel {
    /// The steps that are taken: 2...255 levels.
    package static let steps = 16...2040
    /// The largest size of a coefficient.
    package static let mostSize = 8192

    /// The sum of the distances to the nearest multiple of `step` over the `values` (-8192...8192) whose size is above half
    /// a step, which were not rounded to nothing, and how many there are. Costs a multiplication a value.
    package static func sum(_ values: Span<Int16>, step: Int) -> (distance: Int, count: Int) {
        precondition(steps.contains(step) && values.count < 1 << 20)
        return unsafe values.withUnsafeBufferPointer { values in
            guard let from = values.baseAddress else { return (0, 0) }
            let sum = unsafe pk_lattice_sum_row(from, values.count, UInt16(step))
            return (Int(sum.distance), Int(sum.count))
        }
    }

    /// Working memory of `distinctSizes`, for any number of calls.
    package struct SizeMarks: Sendable {
        fileprivate var seen = [UInt8](repeating: 0, count: mostSize + 1)

        /// Marks of nothing.
        package init() {}
    }

    /// The sizes of `values` (-8192...8192) within `range`, in no order that matters, each at most twice and at most `limit`
    /// in all; taken from all over the values.
    package static func distinctSizes(
        of values: Span<Int16>, in range: Range<Int>, limit: Int, marks: inout SizeMarks
    ) -> [Int16] {
        precondition(range.lowerBound >= 0 && range.upperBound <= mostSize + 1 && limit > 0)
        return unsafe [Int16](unsafeUninitializedCapacity: limit) { sizes, found in
            unsafe values.withUnsafeBufferPointer { values in
                unsafe marks.seen.withUnsafeMutableBufferPointer { seen in
                    guard let from = values.baseAddress, let to = sizes.baseAddress, let marks = seen.baseAddress
                    else { return }
                    found = unsafe pk_distinct_sizes_row(
                        from, values.count, to, limit, UInt16(range.lowerBound), UInt16(range.upperBound), marks)
                }
            }
        }
    }

    /// Adds to `sums` the distance of each of `values` (-8192...8192) to the nearest multiple of `step`; 64 additions of at
    /// most 1020 do not wrap.
    package static func add(_ values: Span<Int16>, step: Int, to sums: inout MutableSpan<UInt16>) {
        precondition(steps.contains(step) && values.count == sums.count)
        let count = sums.count
        unsafe values.withUnsafeBufferPointer { values in
            unsafe sums.withUnsafeMutableBufferPointer { sums in
                guard let from = values.baseAddress, let to = sums.baseAddress else { return }
                unsafe pk_lattice_distance_row(from, to, count, UInt16(step))
            }
        }
    }
}
