internal import Synchronization

/// A number that one event loop writes and the admin server reads.
///
/// With one writer, a relaxed load and store are enough: no locked instruction on the data path.
final class Counter: Sendable {
    private let storage = Atomic<Int>(0)

    /// Adds `amount`; only on the loop that owns this counter. Wrapping would take centuries.
    func add(_ amount: Int = 1) {
        storage.store(storage.load(ordering: .relaxed) &+ amount, ordering: .relaxed)
    }

    /// The number now; from anywhere.
    var value: Int { storage.load(ordering: .relaxed) }
}

/// A Prometheus histogram of durations that one event loop writes.
final class DurationHistogram: Sendable {
    /// Upper bounds in seconds, rising.
    let bounds: [Double]
    private let boundNanoseconds: [Int]
    private let buckets: [Counter]
    private let sumNanoseconds = Counter()

    /// An empty histogram with these upper bounds in seconds.
    init(bounds: [Double]) {
        self.bounds = bounds
        boundNanoseconds = bounds.map { Int($0 * 1e9) }
        buckets = (0...bounds.count).map { _ in Counter() }
    }

    /// Takes one duration in; only on the loop that owns this histogram.
    func observe(nanoseconds: Int) {
        var bucket = 0
        while bucket < boundNanoseconds.count, nanoseconds > boundNanoseconds[bucket] { bucket += 1 }
        buckets[bucket].add()
        sumNanoseconds.add(nanoseconds)
    }

    /// Observations per bucket, the one above all bounds last.
    var counts: [Int] { buckets.map(\.value) }

    /// Sum of all observations in seconds.
    var sumSeconds: Double { Double(sumNanoseconds.value) / 1e9 }

    /// For whole requests (OPERATIONS: the advisory bounds of OpenTelemetry's HTTP metrics).
    static let requestBounds = [
        0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
    ]
    /// For what Portcullis adds, and for its stages.
    static let overheadBounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1]
    /// For the upstream, where models may be slow.
    static let upstreamBounds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]
}
