/// Which source positions a scaler reads along one axis: the nonzero columns of its matrix.
package enum ScalerReads {
    /// For each of `source` positions, whether a scaler to `destination` positions gives it a weight other than 0.
    ///
    /// A weight counts as the scaler's own arithmetic has it, so one that rounds to 0 is none.
    package static func positions(
        source: Int, destination: Int, method: Resampler.Method, convention: Resampler.Convention
    ) -> [Bool] {
        precondition(source >= 1 && destination >= 1)
        var isRead = [Bool](repeating: false, count: source)
        func read(_ position: Int) { isRead[max(0, min(position, source - 1))] = true }
        switch (method, convention) {
        case (.nearest, .opencv):
            ResamplingTaps.nearestOpenCV(source: source, destination: destination).forEach(read)
        case (.nearest, .pillow):
            ResamplingTaps.nearestPillow(source: source, destination: destination).forEach(read)
        case (.bilinear, .opencv):
            let taps = BilinearTaps(source: source, destination: destination, isClamped: true)
            for i in 0..<destination {
                if taps.lower[i] != 0 { read(taps.first[i]) }
                if taps.upper[i] != 0 { read(taps.first[i] + 1) }
            }
        case (.bicubic, .opencv):
            mark(FixedTaps.cubic(source: source, destination: destination), read)
        case (.lanczos, .opencv):
            mark(FixedTaps.lanczos(source: source, destination: destination), read)
        case (.area, .opencv):
            return [Bool](repeating: true, count: source)
        case (.bilinear, .pillow), (.bicubic, .pillow), (.area, .pillow), (.lanczos, .pillow):
            if source == destination { return [Bool](repeating: true, count: source) }
            let taps = SpreadTaps(source: source, destination: destination, filter: Resampler.filter(method))
            for i in 0..<destination {
                for k in 0..<Int(taps.lengths[i]) where taps.weights[taps.offsets[i] + k] != 0 {
                    read(Int(taps.first[i]) + k)
                }
            }
        }
        return isRead
    }

    private static func mark(_ taps: FixedTaps, _ read: (Int) -> Void) {
        for i in taps.first.indices {
            for k in 0..<taps.count where taps.weights[taps.count * i + k] != 0 { read(taps.first[i] + k) }
        }
    }
}
