/// The model's answer about one image: one score vector, or several (the digits of a cheque).
package struct ModelAnswer: Hashable, Sendable {
    /// Never empty.
    package let vectors: [ScoreVector]

    /// An answer of these vectors.
    package init(vectors: [ScoreVector]) {
        self.vectors = vectors
    }

    /// The top label of each vector, joined by `,`: `4,0,1`.
    package var label: String {
        vectors.map(\.topLabel).joined(separator: ",")
    }
}

/// Probabilities over classes.
package struct ScoreVector: Hashable, Sendable {
    /// Names, as many as `values`; position numbers where the model gives none.
    package let labels: [String]
    /// Probabilities in the order of `labels`, finite.
    package let values: [Double]

    /// A vector; nil when it is empty, the counts differ or a value is not finite.
    package init?(labels: [String], values: [Double]) {
        guard !values.isEmpty, labels.count == values.count, values.allSatisfy(\.isFinite) else { return nil }
        self.labels = labels
        self.values = values
    }

    /// Position of the largest value, the first of equals.
    package var topIndex: Int {
        var best = 0
        for i in values.indices where values[i] > values[best] { best = i }
        return best
    }

    /// Name of the largest value.
    package var topLabel: String { labels[topIndex] }
}
