package import PixelCore

/// Resizing one destination sample at a time, without rows kept or passes split; what tests compare `Resampler` with.
///
/// Positions and weights are those of the taps that the kernels use; fixtures made by the peers check those.
package enum ResamplerReference {
    /// `pixels` of `source` resized to `destination`.
    package static func resize(
        _ pixels: Span<UInt8>, from source: PixelShape, to destination: PixelShape, method: Resampler.Method,
        convention: Resampler.Convention
    ) -> [UInt8] {
        precondition(pixels.count == source.sampleCount && source.channels == destination.channels)
        if method == .area, convention == .opencv {
            return AreaReference.resize(pixels, from: source, to: destination)
        }
        let columns = Axis(source.width, destination.width, method, convention, isClamped: true)
        let rows = Axis(source.height, destination.height, method, convention, isClamped: false)
        let isRowsFirst = GrowingSupportScaler.isRowsFirst(source: source, destination: destination)
        var output: [UInt8] = []
        for y in 0..<destination.height {
            for x in 0..<destination.width {
                for c in 0..<source.channels {
                    func sample(_ row: Int, _ column: Int) -> Int {
                        Int(pixels[(row * source.width + column) * source.channels + c])
                    }
                    let level =
                        convention == .pillow && isRowsFirst
                        ? mix(columns.taps[x], rows.taps[y], method, convention) { sample($1, $0) }
                        : mix(rows.taps[y], columns.taps[x], method, convention) { sample($0, $1) }
                    output.append(UInt8(max(0, min(255, level))))
                }
            }
        }
        return output
    }

    private typealias Taps = [(position: Int, weight: Int)]

    /// The positions of one axis, inside the source, with their weights; one tap of weight 0 means a copy.
    private struct Axis {
        private(set) var taps: [Taps] = []

        init(
            _ source: Int, _ destination: Int, _ method: Resampler.Method, _ convention: Resampler.Convention,
            isClamped: Bool
        ) {
            func inside(_ position: Int) -> Int { max(0, min(position, source - 1)) }
            switch (method, convention) {
            case (.nearest, .opencv):
                taps = ResamplingTaps.nearestOpenCV(source: source, destination: destination).map { [($0, 0)] }
            case (.nearest, .pillow):
                taps = ResamplingTaps.nearestPillow(source: source, destination: destination).map { [($0, 0)] }
            case (.bilinear, .opencv):
                let two = BilinearTaps(source: source, destination: destination, isClamped: isClamped)
                taps = (0..<destination).map {
                    [(inside(two.first[$0]), two.lower[$0]), (inside(two.first[$0] + 1), two.upper[$0])]
                }
            case (_, .opencv):
                let make = method == .bicubic ? FixedTaps.cubic : FixedTaps.lanczos
                let fixed = make(source, destination)
                taps = (0..<destination).map { i in
                    (0..<fixed.count).map { k in
                        (inside(fixed.first[i] + k), Int(fixed.weights[fixed.count * i + k]))
                    }
                }
            case (_, .pillow):
                let spread = SpreadTaps(source: source, destination: destination, filter: Resampler.filter(method))
                taps = (0..<destination).map { i in
                    if source == destination { return [(i, 0)] }
                    return (0..<Int(spread.lengths[i])).map { k in
                        (Int(spread.first[i]) + k, Int(spread.weights[spread.offsets[i] + k]))
                    }
                }
            }
        }
    }

    /// The sample of `inner` taps first and of `outer` taps after.
    private static func mix(
        _ outer: Taps, _ inner: Taps, _ method: Resampler.Method, _ convention: Resampler.Convention,
        _ sample: (Int, Int) -> Int
    ) -> Int {
        func sum(_ taps: Taps, _ value: (Int) -> Int) -> Int {
            if taps.count == 1, taps[0].weight == 0 { return value(taps[0].position) }
            let sum = taps.reduce(0) { $0 + $1.weight * value($1.position) }
            if convention == .opencv { return sum }
            return max(0, min(255, (sum + 1 << 21) >> 22))
        }
        func innerSum(_ position: Int) -> Int { sum(inner) { sample(position, $0) } }
        if method == .bilinear, convention == .opencv {
            return (outer.reduce(0) { $0 + ($1.weight * (innerSum($1.position) >> 4)) >> 16 } + 2) >> 2
        }
        let value = sum(outer, innerSum)
        return convention == .opencv && method != .nearest ? (value + 1 << 21) >> 22 : value
    }
}
