/// The receiver operating characteristic: what is found against what is flagged in vain, over every threshold.
package struct ReceiverCurve: Hashable, Sendable {
    /// One threshold.
    package struct Point: Hashable, Sendable {
        /// Share of clean images at least as odd.
        package let falsePositives: Double
        /// Share of attacked images at least as odd.
        package let detected: Double
    }

    /// From (0, 0) to (1, 1), both coordinates rising.
    package let points: [Point]
    /// Area under the curve: the chance that an attacked image is odder than a clean one, ties counting half (H. B. Mann,
    /// D. R. Whitney, Annals of Mathematical Statistics 18, 1947).
    package let area: Double

    /// The curve of two samples of oddness, larger being odder; nil when one is empty or holds a number that is none.
    package init?(clean: [Double], attacked: [Double]) {
        guard !clean.isEmpty, !attacked.isEmpty, !(clean + attacked).contains(where: \.isNaN) else { return nil }
        let clean = clean.sorted(by: >)
        let attacked = attacked.sorted(by: >)
        var points = [Point(falsePositives: 0, detected: 0)]
        var area = 0.0
        var i = 0
        var j = 0
        while i < clean.count || j < attacked.count {
            let value = max(
                i < clean.count ? clean[i] : -.infinity, j < attacked.count ? attacked[j] : -.infinity)
            while i < clean.count, clean[i] >= value { i += 1 }
            while j < attacked.count, attacked[j] >= value { j += 1 }
            let point = Point(
                falsePositives: Double(i) / Double(clean.count), detected: Double(j) / Double(attacked.count))
            let last = points[points.count - 1]
            area += (point.falsePositives - last.falsePositives) * (point.detected + last.detected) / 2
            points.append(point)
        }
        self.points = points
        self.area = area
    }

    /// How `detector` orders the images: by p-value where it has any, else by raw score. An image that it says nothing
    /// about is the least odd: a check that did not happen finds nothing.
    ///
    /// Attacked images are those that fool the unguarded model, of one attack unless `attack` is nil. Nil where there are
    /// no clean or no such attacked images, or the detector never spoke.
    package init?(_ images: [EvaluatedImage], detector: String, attack: String? = nil) {
        let hasPValues = images.contains { $0.pValue(of: detector) != nil }
        guard hasPValues || images.contains(where: { $0.scores[detector]?.score != nil }) else { return nil }
        func oddness(_ image: EvaluatedImage) -> Double {
            if hasPValues { return image.pValue(of: detector).map { -$0 } ?? -.infinity }
            return image.scores[detector]?.score ?? -.infinity
        }
        let attacked = images.filter { $0.isFooling && (attack == nil || $0.outcome.attack == attack) }
        self.init(clean: images.filter(\.isClean).map(oddness), attacked: attacked.map(oddness))
    }

    /// The curve without points that lie closer than `step` to the one before in both coordinates; the ends are kept, and
    /// everything at false-positive rates up to 2 %, where thresholds are.
    package func simplified(step: Double) -> [Point] {
        var kept: [Point] = []
        for point in points {
            if let last = kept.last, point != points.last, point.falsePositives > 0.02,
                point.falsePositives - last.falsePositives < step, point.detected - last.detected < step
            {
                continue
            }
            kept.append(point)
        }
        return kept
    }
}
