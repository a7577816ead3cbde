/// The stopping rule of total-variation denoising, and how many iterations it lets pass before it has to be asked again.
struct VariationProgress {
    private let tolerance: Double
    private var first = 0.0
    private var previous = 0.0
    /// How much the energy changed in each of the last four iterations, the latest first.
    private var changes = [Double](repeating: .infinity, count: 4)
    /// Iterations so far.
    private(set) var count = 0

    /// A rule that stops once the energy changes by less than `tolerance` of its first value.
    init(tolerance: Double) { self.tolerance = tolerance }

    /// Takes note of an iteration's energy; true when it is the last one.
    mutating func isLast(_ energy: Double) -> Bool {
        defer {
            previous = energy
            count += 1
        }
        if count == 0 {
            first = energy
            // A constant image: nothing will ever change.
            return energy == 0
        }
        let change = abs(previous - energy)
        changes = [change] + changes.dropLast()
        return change < tolerance * first
    }

    /// How many iterations, at most `most`, are likely to be followed by another.
    ///
    /// Changes are large and small by turns, and the small ones decay ever more slowly: foreseen is the smaller of two,
    /// decaying as it did.
    func safeStages(_ most: Int) -> Int {
        if count < 5 { return most }
        let latest = min(changes[0], changes[1])
        let decay = min(1, latest / min(changes[2], changes[3]))
        var foreseen = latest * decay
        var stages = 0
        while stages < most, foreseen > tolerance * first {
            foreseen *= decay
            stages += 2
        }
        return min(most, stages)
    }
}
