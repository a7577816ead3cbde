/// The inner loops of the network.
///
/// They take pointers because a debug build runs them too: through spans one digit costs a second there, through
/// pointers with plain `while` loops some tens of milliseconds. Each loop reads and writes at one index `i`, which an
/// optimized build turns into vector code. The sums below wrap nowhere: all are indices into buffers that exist.
enum LayerKernels {
    /// Adds to `output[i]`, for `i` in `0..<count`, the 3×3 correlation of `input` at `i` with the nine `taps`.
    ///
    /// A whole plane goes in one loop: `stride` is the input's width, and the two sums at each row's end that mix rows
    /// are left for the caller to skip. `input` holds `count + 2 * stride + 2` floats.
    static func addCorrelation(
        of input: UnsafePointer<Float>, stride: Int, taps: UnsafePointer<Float>, to output: UnsafeMutablePointer<Float>,
        count: Int
    ) {
        let second = input + stride
        let third = second + stride
        let (a0, a1, a2) = (taps[0], taps[1], taps[2])
        let (b0, b1, b2) = (taps[3], taps[4], taps[5])
        let (c0, c1, c2) = (taps[6], taps[7], taps[8])
        var i = 0
        while i < count {
            let top = input[i] * a0 + input[i &+ 1] * a1 + input[i &+ 2] * a2
            let middle = second[i] * b0 + second[i &+ 1] * b1 + second[i &+ 2] * b2
            let bottom = third[i] * c0 + third[i &+ 1] * c1 + third[i &+ 2] * c2
            output[i] += top + middle + bottom
            i &+= 1
        }
    }

    /// Adds `factor * row[i]` to `output[i]`, for `i` in `0..<count`.
    static func add(
        _ row: UnsafePointer<Float>, times factor: Float, to output: UnsafeMutablePointer<Float>, count: Int
    ) {
        var i = 0
        while i < count {
            output[i] += row[i] * factor
            i &+= 1
        }
    }

    /// Replaces the negative ones of `count` values by zero.
    static func rectify(_ values: UnsafeMutablePointer<Float>, count: Int) {
        var i = 0
        while i < count {
            values[i] = values[i] > 0 ? values[i] : 0
            i &+= 1
        }
    }

    /// Writes the maxima of the 2×2 blocks of a `2 * side` wide square (rows `stride` apart) as a `side` wide square.
    static func pool(
        _ input: UnsafePointer<Float>, stride: Int, to output: UnsafeMutablePointer<Float>, side: Int
    ) {
        var y = 0
        while y < side {
            let upper = input + 2 &* y &* stride
            let lower = upper + stride
            var x = 0
            while x < side {
                let left = upper[2 &* x] > lower[2 &* x] ? upper[2 &* x] : lower[2 &* x]
                let right = upper[2 &* x &+ 1] > lower[2 &* x &+ 1] ? upper[2 &* x &+ 1] : lower[2 &* x &+ 1]
                output[y &* side &+ x] = left > right ? left : right
                x &+= 1
            }
            y &+= 1
        }
    }
}
