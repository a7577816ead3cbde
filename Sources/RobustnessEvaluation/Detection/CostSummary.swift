/// Quantiles of a sample by the nearest rank: each is a value that was seen.
package struct Quantiles: Hashable, Sendable {
    /// Values.
    package let count: Int
    /// Their mean.
    package let mean: Double
    /// Half of them are at most this.
    package let median: Double
    /// 95 % of them are at most this.
    package let p95: Double
    /// 99 % of them are at most this.
    package let p99: Double
    /// The largest.
    package let largest: Double

    /// The quantiles of `values`; nil of nothing.
    package init?(_ values: [Double]) {
        let sorted = values.filter(\.isFinite).sorted()
        guard let last = sorted.last else { return nil }
        func rank(_ percent: Int) -> Double { sorted[max(0, (sorted.count * percent + 99) / 100 - 1)] }
        count = sorted.count
        mean = sorted.reduce(0, +) / Double(sorted.count)
        median = rank(50)
        p95 = rank(95)
        p99 = rank(99)
        largest = last
    }
}

/// What judging cost.
package struct CostSummary: Hashable, Sendable {
    /// Milliseconds from request to answer through the guard; nil when nothing was answered.
    package let guarded: Quantiles?
    /// The same for the model itself; nil when it was not asked.
    package let unguarded: Quantiles?
    /// Model calls beside the client's own, of the requests with a verdict; nil without any.
    package let extraCalls: Quantiles?
    /// The same under the policy's own gate; nil where no image was sent again with it open.
    package let extraCallsAsPolicy: Quantiles?

    /// The cost of `images`.
    package init(_ images: [EvaluatedImage]) {
        guarded = Quantiles(images.compactMap(\.milliseconds))
        unguarded = Quantiles(images.compactMap(\.unguardedMilliseconds))
        let judged = images.filter { $0.outcome.handling != .failed }
        extraCalls = Quantiles(judged.map { Double($0.extraCalls) })
        let wasOpened = judged.contains { $0.extraCallsBehindGate != nil }
        extraCallsAsPolicy =
            wasOpened ? Quantiles(judged.map { Double($0.extraCallsBehindGate ?? $0.extraCalls) }) : nil
    }
}
