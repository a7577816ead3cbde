/// How far two answers of a model are apart; made here: the largest L1 distance over their vectors, 0...2.
struct ScoreDistance: Hashable, Sendable {
    /// The greatest distance between two probability vectors.
    static let greatest = 2.0

    /// The distance, at least 0.
    let value: Double
    /// What it could be at least and at most where the vectors name different classes; nil where they name the same.
    let bounds: ClosedRange<Double>?

    /// The distance between two answers. Vectors are paired by position; a different number of them is 2.
    init(_ a: ModelAnswer, _ b: ModelAnswer) {
        guard a.vectors.count == b.vectors.count else {
            self.init(value: Self.greatest, bounds: nil)
            return
        }
        self = Self.largest(zip(a.vectors, b.vectors).map { ScoreDistance($0, $1) })
    }

    /// The largest of the distances of several vectors, with the largest bounds where one has bounds.
    static func largest(_ distances: [ScoreDistance]) -> ScoreDistance {
        let value = distances.map(\.value).max() ?? 0
        guard distances.contains(where: { $0.bounds != nil }) else { return ScoreDistance(value: value, bounds: nil) }
        let low = distances.map { $0.bounds?.lowerBound ?? $0.value }.max() ?? 0
        let high = distances.map { $0.bounds?.upperBound ?? $0.value }.max() ?? 0
        return ScoreDistance(value: value, bounds: low...max(low, high))
    }

    /// The distance between two vectors, aligned by label.
    ///
    /// Vectors with the same labels differ by the sum over them. A top-k answer leaves classes out: each class that
    /// only the other vector names gets an equal share of what the named ones leave of 1. The bounds put none or all of
    /// that mass where the other vector has its own. Where one of them is a label without a usable probability, the
    /// distance is 2 for another label and 0 for the same.
    init(_ a: ScoreVector, _ b: ScoreVector) {
        if a.isLabelOnly || b.isLabelOnly {
            self.init(value: a.topLabel == b.topLabel ? 0 : Self.greatest, bounds: nil)
            return
        }
        if a.labels == b.labels {
            let sum = zip(a.values, b.values).reduce(0) { $0 + abs($1.0 - $1.1) }
            self.init(value: min(Self.greatest, sum), bounds: nil)
            return
        }
        let first = Self.byLabel(a)
        let second = Self.byLabel(b)
        let onlyFirst = first.filter { second[$0.key] == nil }
        let onlySecond = second.filter { first[$0.key] == nil }
        // In the order of the labels: a dictionary's own order would change the last bits from run to run.
        var shared = 0.0
        for label in first.keys.sorted() {
            if let x = first[label], let y = second[label] { shared += abs(x - y) }
        }
        if onlyFirst.isEmpty, onlySecond.isEmpty {
            self.init(value: min(Self.greatest, shared), bounds: nil)
            return
        }
        let firstLeft = Self.left(first)
        let secondLeft = Self.left(second)
        let value =
            shared + Self.against(share: secondLeft, of: onlyFirst) + Self.against(share: firstLeft, of: onlySecond)
        let firstSum = Self.sum(onlyFirst)
        let secondSum = Self.sum(onlySecond)
        let low = min(Self.greatest, shared + max(0, firstSum - secondLeft) + max(0, secondSum - firstLeft))
        let high = min(Self.greatest, shared + firstSum + secondLeft + secondSum + firstLeft)
        self.init(value: min(max(value, low), high), bounds: low...max(low, high))
    }

    /// A distance, both members named.
    init(value: Double, bounds: ClosedRange<Double>?) {
        self.value = value
        self.bounds = bounds
    }

    private static func byLabel(_ vector: ScoreVector) -> [String: Double] {
        var result: [String: Double] = [:]
        for (label, value) in zip(vector.labels, vector.values) { result[label, default: 0] += value }
        return result
    }

    private static func sum(_ scores: [String: Double]) -> Double {
        scores.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value }
    }

    /// What the named classes leave of 1.
    private static func left(_ scores: [String: Double]) -> Double {
        max(0, 1 - sum(scores))
    }

    /// The sum of differences between `scores` and equal shares of `mass`.
    private static func against(share mass: Double, of scores: [String: Double]) -> Double {
        let share = scores.isEmpty ? mass : mass / Double(scores.count)
        return scores.isEmpty ? 0 : scores.sorted { $0.key < $1.key }.reduce(0) { $0 + abs($1.value - share) }
    }
}
