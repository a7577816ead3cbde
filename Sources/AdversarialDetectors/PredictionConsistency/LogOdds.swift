internal import PixelKernels

/// How sure a model is of one class: log(p/(1 - p)), clipped to ±16.
///
/// A model that is all but certain says so in many nines, and a change of these is no change of p; it is one of the
/// log-odds.
enum LogOdds {
    /// The largest magnitude: p is then within 1.2e-7 of 0 or 1, which is as far as a float can tell.
    static let limit = 16.0

    /// Of a class of probability `p` against all others together.
    static func of(_ p: Double, against others: Double) -> Double {
        guard p > 0 else { return -limit }
        guard others > 0 else { return limit }
        // Beyond e¹⁶ either way it does not matter how far.
        let ratio = min(1e9, max(1e-9, p / others))
        let magnitude = SeriesFunctions.logarithm(ratio < 1 ? 1 / ratio : ratio)
        return min(limit, magnitude) * (ratio < 1 ? -1 : 1)
    }

    /// Of the class called `label` in `vector`; nil when it does not name the class.
    ///
    /// What the other classes have is what they say or what `p` leaves of 1, whichever is more: near p = 1 their own
    /// digits say more than 1 - p does, and in a top-k answer they leave most out.
    static func of(_ label: String, in vector: ScoreVector) -> Double? {
        var (p, others, isNamed) = (0.0, 0.0, false)
        for (name, value) in zip(vector.labels, vector.values) {
            if name == label {
                p += value
                isNamed = true
            } else {
                others += max(0, value)
            }
        }
        return isNamed ? of(p, against: max(others, 1 - p)) : nil
    }

    /// The same where `vector` may leave the class out: it then has what the named ones leave of 1, but no more than the
    /// least of them.
    static func ofAny(_ label: String, in vector: ScoreVector) -> Double {
        if let named = of(label, in: vector) { return named }
        let others = vector.values.reduce(0) { $0 + max(0, $1) }
        return of(min(1 - others, vector.values.min() ?? 0), against: others)
    }
}

extension ScoreVector {
    /// Log-odds of the top class.
    var topLogOdds: Double { LogOdds.of(topLabel, in: self) ?? -LogOdds.limit }

    /// True for a class without a usable probability: there is nothing but the label to compare.
    var isLabelOnly: Bool { values.count == 1 && !(values[0] > 0 && values[0] < 1) }
}

extension ModelAnswer {
    /// How sure the model is of its answer, as log-odds: of the vector that it is least sure of. What scores of compared
    /// answers are conditioned on.
    var level: Double { vectors.map(\.topLogOdds).min() ?? 0 }

    /// What clean answers this one may be compared with: those of as many vectors. Empty for one vector.
    ///
    /// The largest of k scores exceeds a threshold about k times as often as one does. Among answers of k vectors that is
    /// in the clean scores already, so that the p-value needs no factor k.
    var stratum: String { vectors.count == 1 ? "" : "vectors-\(vectors.count)" }
}
