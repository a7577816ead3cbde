internal import ImageCodecs
internal import PixelKernels

/// Looks in the coefficients of a JPEG for an earlier compression with slightly coarser steps: quantizing twice leaves
/// some multiples of the second step full and others empty, with the period of the first step.
///
/// After A. C. Popescu, H. Farid, "Statistical Tools for Digital Forensics", Information Hiding 2004, and
/// J. Lukáš, J. Fridrich, "Estimation of Primary Quantization Matrix in Double Compressed JPEG Images", DFRWS 2003. Instead
/// of the peaks of a Fourier transform, each quality's own period is tried on the first nine frequencies together.
enum DoubleCompression {
    /// Above this many standard errors a period is there: photographs compressed once stay below 14.
    static let least = 16.0
    private static let qualities = 30...95
    /// First steps over second ones for which histograms are looked at; coarser ones are `LatticeSearch`'s.
    private static let ratios = 1.2...3.0
    private static let bins = 40
    /// With fewer coefficients there is no histogram.
    private static let leastVariance = 20.0

    /// What the periods of one quality have for them.
    private struct Sum {
        var wave = 0.0
        var variance = 0.0
    }

    /// Each of the lowest frequencies' step at each quality.
    private static let tables = qualities.map { quality in
        let table = StandardQuantization.luma(quality: quality)
        return Zigzag.lowest.map { Int(table[$0]) }
    }

    /// The most significant earlier quality and how many standard errors its period is above none; nil where no quality
    /// has a ratio that shows, or the coefficients are too few. `own` are the steps of the file's own table in levels.
    static func best(_ coefficients: BlockCoefficients, own: [Int]) -> (quality: Int, significance: Double)? {
        var totals = [Sum](repeating: Sum(), count: tables.count)
        for (i, frequency) in Zigzag.lowest.enumerated() where own[frequency] > 0 {
            let counts = histogram(coefficients, frequency, step: own[frequency])
            // Neighbouring qualities share steps.
            var (step, sum) = (0, Sum())
            for (quality, table) in tables.enumerated() {
                guard ratios.contains(Double(table[i]) / Double(own[frequency])) else { continue }
                if table[i] != step {
                    step = table[i]
                    sum = Self.sum(counts, period: step, step: own[frequency])
                }
                totals[quality].wave += sum.wave
                totals[quality].variance += sum.variance
            }
        }
        return zip(qualities, totals)
            .compactMap {
                $1.variance > leastVariance ? (quality: $0, significance: $1.wave / $1.variance.squareRoot()) : nil
            }
            .max { $0.significance < $1.significance }
    }

    /// How well the histogram goes with a wave of `period` over multiples of `step`, and what chance makes of that.
    private static func sum(_ counts: [Double], period: Int, step: Int) -> Sum {
        var sum = Sum()
        for k in 1..<bins {
            // 1 at multiples of both, -1 midway, straight in between.
            let rest = k * step % period
            let wave = 1 - 4 * Double(min(rest, period - rest)) / Double(period)
            // What is beyond the mean of the neighbours, so that the slope of the histogram does not count.
            sum.wave += (2 * counts[k] - counts[k - 1] - counts[k + 1]) / 4 * wave
            sum.variance += counts[k] * wave * wave
        }
        return sum
    }

    /// How many coefficients stand at each multiple of `step`, 0...`bins`, whatever their sign.
    private static func histogram(_ coefficients: BlockCoefficients, _ frequency: Int, step: Int) -> [Double] {
        var counts = [Double](repeating: 0, count: bins + 1)
        for value in coefficients.plane(frequency) {
            let multiple = (Int(value.magnitude) + 4 * step) / (8 * step)
            if multiple <= bins { counts[multiple] += 1 }
        }
        // The neighbour of the first multiple on the other side of zero is not in the mean; zero itself is both signs.
        counts[0] /= 2
        return counts
    }
}
