package import PixelCore

/// What is left of an image without its smooth content, at three scales: numbers for a detector to compare with clean images.
///
/// The residual is the second difference down columns of the second difference along rows, four times the 3×3 filter of
/// J. Fridrich, J. Kodovský, "Rich Models for Steganalysis of Digital Images", IEEE Transactions on Information Forensics and
/// Security 7, 2012, section II-A, sign apart. It is taken of luma and of the differences R - G and B - G, at the image's
/// scale and at half of it (sums of 2×2 samples), in the interior alone. At a quarter of the scale, differences of neighbours
/// and the deviation say how much content there is. Whole numbers up to the logarithm, which is the same on every platform.
///
/// A feature is ln(v + 1/4) of a magnitude v in levels: `q10`...`q90` at position floor(q (n - 1) / 100) of the ascending
/// order, `mean`, and the `t1`, `t4`, `t8` largest. `sat` is that of max - min of the channels with 4 in the place of 1/4,
/// `sd` ln(deviation + 1). `win` is the largest energy of a window, an eighth or a quarter of the shorter side, over the
/// median of all windows. An image over 2,000,000 pixels is read in bands of 32 rows; `SampledRows` says which.
package struct ResidualFeatures: Hashable, Sendable {
    /// Images with a shorter side have no features.
    package static let smallestSide = 12

    /// The names of the features: those that a grey image has too, then those of colour.
    package static let names = lumaNames + colourNames

    /// One feature for each of the `names`; of a grey image the first `lumaNames.count`.
    package let values: [Double]

    /// The energy of windows an eighth of the shorter side: where the residual is.
    package let energy: EnergyMap

    /// The features of `image`; nil below `smallestSide` pixels on a side. Costs some ten operations a sample.
    ///
    /// An image of more than `limit` pixels is read in bands that hold about as many.
    package init?(of image: Image, wholeUpTo limit: Int = SampledRows.largestPixelCount) {
        guard min(image.shape.width, image.shape.height) >= Self.smallestSide else { return nil }
        let pass = ResidualPass(image, SampledRows(of: image.shape, wholeUpTo: limit))
        var values = pass.spread.map { Self.saturation($0) } ?? Self.saturationOfGrey
        for (index, plane) in pass.planes.enumerated() {
            values += Self.features(of: plane)
            values += (index == 0 ? pass.lumaWindows : index == 2 ? pass.colourWindows : []).map { Self.contrast($0) }
        }
        self.values = values
        energy = EnergyMap(of: pass, shape: image.shape)
    }

    /// True for the features of a colour image.
    package var isColour: Bool { values.count == Self.names.count }

    /// The feature of this name; nil for one of colour where the image is grey, and for no feature's name.
    package subscript(_ name: String) -> Double? {
        Self.names.firstIndex(of: name).flatMap { $0 < values.count ? values[$0] : nil }
    }

    /// The positions of these names in `values`; unknown ones are left out.
    package static func positions(of names: [String]) -> [Int] {
        names.compactMap { name in Self.names.firstIndex(of: name) }
    }
}

extension ResidualFeatures {
    static let lumaNames = ["sat.q25", "sat.q50", "sat.q90"] + planeNames("Y") + ["win.Y.8", "win.Y.4"]
    static let colourNames = planeNames("RG") + planeNames("BG") + ["win.C.8", "win.C.4"]

    private static let percents = [10, 25, 50, 75, 90]
    private static let largest = [1, 4, 8]

    private static func planeNames(_ plane: String) -> [String] {
        let ranks = percents.map { "q\($0)" } + ["mean"]
        return (ranks + largest.map { "t\($0)" }).map { "s1.\(plane).k3.\($0)" }
            + ranks.map { "s2.\(plane).k3.\($0)" }
            + ["dx.q50", "dx.mean", "dy.q50", "dy.mean", "sd"].map { "s4.\(plane).\($0)" }
    }

    /// The features of one plane, in the order of its names.
    private static func features(of plane: ResidualPlane) -> [Double] {
        var values = ranks(plane.fine, percents, largest, unit: 4)
        values += ranks(plane.coarse, percents, [], unit: 16)
        values += ranks(plane.across, [50], [], unit: 16)
        values += ranks(plane.down, [50], [], unit: 16)
        let count = Double(plane.quarterSamples)
        let mean = Double(plane.moments[0]) / count
        let variance = max(0, Double(plane.moments[1]) / count - mean * mean)
        return values + [logarithm(variance.squareRoot() / 16 + 1)]
    }

    private static func ranks(_ counts: MagnitudeCounts, _ percents: [Int], _ largest: [Int], unit: Double) -> [Double]
    {
        let total = counts.total
        let positions = percents.map { $0 * (total - 1) / 100 } + largest.reversed().map { max(0, total - $0) }
        let (magnitudes, sum) = counts.summary(at: positions)
        var levels = magnitudes.map(Double.init)
        let tops = levels.suffix(largest.count).reversed()
        levels.removeLast(largest.count)
        levels.append(Double(sum) / Double(total))
        return (levels + tops).map { logarithm($0 / unit + 0.25) }
    }

    private static func saturation(_ counts: MagnitudeCounts) -> [Double] {
        let total = counts.total
        return counts.summary(at: [25, 50, 90].map { $0 * (total - 1) / 100 }).magnitudes
            .map { logarithm(Double($0) + 4) }
    }

    private static let saturationOfGrey = [Double](repeating: logarithm(4), count: 3)

    private static func contrast(_ windows: WindowSums) -> Double {
        let (largest, twiceMedian) = WindowContrast.extremes(of: windows.sums)
        let area = Double(4 * windows.window.width * windows.window.height)
        return logarithm(Double(largest) / area + 0.25) - logarithm(Double(twiceMedian) / 2 / area + 0.25)
    }

    /// The natural logarithm of x, at least 1/4.
    static func logarithm(_ x: Double) -> Double {
        SeriesFunctions.logarithm(4 * x) - 2 * 0.693_147_180_559_945_3
    }
}
