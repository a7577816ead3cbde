package import PixelCore

/// `ResidualFeatures` by their definition, with planes of whole numbers and sorted magnitudes: what the pass is tested against.
package enum ResidualReference {
    /// The features in the order of `ResidualFeatures.names`, of a grey image those that it has; nil for a small one.
    package static func features(of image: Image, wholeUpTo limit: Int = SampledRows.largestPixelCount) -> [Double]? {
        let shape = image.shape
        guard min(shape.width, shape.height) >= ResidualFeatures.smallestSide else { return nil }
        let rows = SampledRows(of: shape, wholeUpTo: limit)
        let bands = rows.bandStarts.map { start in planes(of: image, rows: rows, start: start) }
        var values: [Double] = []
        if shape.channels == 3 {
            let spread = bands.flatMap { $0[3].samples }.sorted()
            values = [25, 50, 90].map { log(spread[$0 * (spread.count - 1) / 100], plus: 4) }
        } else {
            values = [Double](repeating: log(0, plus: 4), count: 3)
        }
        var energies: [[Int]] = []
        for index in 0..<shape.channels {
            let planes = bands.map { $0[index] }
            let (features, fine) = features(of: planes)
            values += features
            energies.append(fine)
            if index == 0 { values += contrasts(fine.map { min($0, 256) }, rows, shape) }
        }
        if shape.channels == 3 {
            values += contrasts(zip(energies[1], energies[2]).map { min($0 + $1, 256) }, rows, shape)
        }
        return values
    }

    private struct Plane {
        let width: Int
        let samples: [Int]
        var height: Int { samples.count / width }

        func at(_ x: Int, _ y: Int) -> Int { samples[y * width + x] }

        func made(_ width: Int, _ height: Int, _ value: (Int, Int) -> Int) -> Plane {
            Plane(width: width, samples: (0..<height).flatMap { y in (0..<width).map { x in value(x, y) } })
        }

        var halved: Plane {
            made(width / 2, height / 2) { x, y in
                at(2 * x, 2 * y) + at(2 * x + 1, 2 * y) + at(2 * x, 2 * y + 1) + at(2 * x + 1, 2 * y + 1)
            }
        }

        var residual: [Int] {
            let weights = [1, -2, 1]
            return made(width - 2, height - 2) { x, y in
                var sum = 0
                for j in 0..<3 { for i in 0..<3 { sum += weights[j] * weights[i] * at(x + i, y + j) } }
                return abs(sum)
            }.samples
        }
    }

    private static func planes(of image: Image, rows: SampledRows, start: Int) -> [Plane] {
        let shape = image.shape
        var planes = [[Int]](repeating: [], count: shape.channels == 3 ? 4 : 1)
        image.withSamples { samples in
            for y in start..<start + rows.bandHeight {
                for x in rows.firstColumn..<rows.firstColumn + rows.width {
                    let at = (y * shape.width + x) * shape.channels
                    let first = Int(samples[at])
                    guard shape.channels == 3 else {
                        planes[0].append(first)
                        continue
                    }
                    let (green, blue) = (Int(samples[at + 1]), Int(samples[at + 2]))
                    planes[0].append((299 * first + 587 * green + 114 * blue + 500) / 1000)
                    planes[1].append(first - green)
                    planes[2].append(blue - green)
                    planes[3].append(max(first, green, blue) - min(first, green, blue))
                }
            }
        }
        return planes.map { Plane(width: rows.width, samples: $0) }
    }

    private static func log(_ value: Int, plus: Double) -> Double {
        ResidualFeatures.logarithm(Double(value) + plus)
    }

    private static func features(of bands: [Plane]) -> (features: [Double], fine: [Int]) {
        let halves = bands.map(\.halved)
        let quarters = halves.map(\.halved)
        let fine = bands.flatMap(\.residual)
        let across = quarters.flatMap { q in
            q.made(q.width - 1, q.height) { x, y in abs(q.at(x + 1, y) - q.at(x, y)) }.samples
        }
        let down = quarters.flatMap { q in
            q.made(q.width, q.height - 1) { x, y in abs(q.at(x, y + 1) - q.at(x, y)) }.samples
        }
        var values = ranks(fine, [10, 25, 50, 75, 90], largest: [1, 4, 8], unit: 4)
        values += ranks(halves.flatMap(\.residual), [10, 25, 50, 75, 90], unit: 16)
        values += ranks(across, [50], unit: 16)
        values += ranks(down, [50], unit: 16)
        let all = quarters.flatMap(\.samples).map(Double.init)
        let mean = all.reduce(0, +) / Double(all.count)
        let variance = all.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(all.count)
        return (values + [ResidualFeatures.logarithm(variance.squareRoot() / 16 + 1)], fine)
    }

    private static func ranks(_ values: [Int], _ percents: [Int], largest: [Int] = [], unit: Double) -> [Double] {
        let sorted = values.sorted()
        let mean = Double(values.reduce(0, +)) / Double(values.count)
        return
            (percents.map { Double(sorted[$0 * (sorted.count - 1) / 100]) } + [mean]
            + largest.map { Double(sorted[sorted.count - $0]) })
            .map { ResidualFeatures.logarithm($0 / unit + 0.25) }
    }

    private static func contrasts(_ energy: [Int], _ rows: SampledRows, _ shape: PixelShape) -> [Double] {
        let width = rows.width - 2
        return [8, 4].map { part in
            let window = rows.window(part: part, of: shape)
            var means: [Double] = []
            for y in stride(from: 0, through: rows.innerRows - window.height, by: max(1, window.height / 8)) {
                for x in stride(from: 0, through: width - window.width, by: max(1, window.width / 8)) {
                    var sum = 0
                    for j in y..<y + window.height { for i in x..<x + window.width { sum += energy[j * width + i] } }
                    means.append(Double(sum) / Double(4 * window.width * window.height))
                }
            }
            means.sort()
            let middle = means.count / 2
            let median = means.count % 2 == 0 ? (means[middle - 1] + means[middle]) / 2 : means[middle]
            return ResidualFeatures.logarithm(means[means.count - 1] + 0.25)
                - ResidualFeatures.logarithm(median + 0.25)
        }
    }
}
