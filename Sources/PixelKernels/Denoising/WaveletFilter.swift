/// An orthonormal wavelet, by the taps of its two filters in the order of a convolution.
package enum WaveletFilter: String, Sendable, CaseIterable {
    /// Haar's, two taps.
    case db1
    /// Daubechies' with two vanishing moments, four taps.
    case db2

    /// Tap j meets sample 2k + 1 - j of coefficient k. Daubechies, "Ten Lectures on Wavelets", 1992, table 6.1.
    package var low: [Double] {
        switch self {
        case .db1: [0.7071067811865476, 0.7071067811865476]
        case .db2: [-0.12940952255126037, 0.2241438680420134, 0.8365163037378079, 0.48296291314453416]
        }
    }

    /// The low taps in reverse with alternating sign.
    package var high: [Double] {
        low.reversed().enumerated().map { $0.offset % 2 == 0 ? -$0.element : $0.element }
    }

    var tapCount: Int { self == .db1 ? 2 : 4 }

    /// Coefficients of a row of `count` samples that is mirrored at both ends: as PyWavelets, mode symmetric.
    package func half(_ count: Int) -> Int { (count + tapCount - 1) / 2 }

    /// How often the shorter side can be halved before a filter is longer than it.
    package func largestLevel(width: Int, height: Int) -> Int {
        var level = 0
        while (tapCount - 1) << (level + 1) <= min(width, height) { level += 1 }
        return level
    }

    /// The levels that `skimage.restoration.denoise_wavelet` takes: all but the three coarsest, at least 1.
    package func usualLevels(width: Int, height: Int) -> Int { max(1, largestLevel(width: width, height: height) - 3) }
}

/// The taps in single precision, as the passes over rows take them.
struct WaveletTaps: Sendable {
    let count: Int
    let low: [Float]
    let high: [Float]
    /// What an even row is of: rows q (and q + 1) of the low coefficients, then of the high ones; likewise an odd one.
    let even: [Float]
    let odd: [Float]

    init(_ filter: WaveletFilter) {
        count = filter.tapCount
        let (low, high) = (filter.low.map { Float($0) }, filter.high.map { Float($0) })
        (self.low, self.high) = (low, high)
        let firsts = stride(from: 0, to: count, by: 2)
        even = firsts.map { low[$0 + 1] } + firsts.map { high[$0 + 1] }
        odd = firsts.map { low[$0] } + firsts.map { high[$0] }
    }
}
