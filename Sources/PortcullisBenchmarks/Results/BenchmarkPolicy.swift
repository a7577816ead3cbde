/// The policy that benchmarks run under.
enum BenchmarkPolicy {
    static let text = ""
}
