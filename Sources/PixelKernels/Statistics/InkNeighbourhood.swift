/// A sample of ink or ground and the twelve around it, up to rotation and reflection.
///
/// The twelve are the 3×3 around the sample and one sample further on each of its four sides. Bit k of a context is the ink at
/// `offsets[k]`. Contexts that the square's eight symmetries turn into each other are one class; classes are numbered by
/// their smallest context. What is said of a sample has the key 2·class, and 2·class + 1 where the sample is ink.
package enum InkNeighbourhood {
    /// Contexts.
    package static let contextCount = 4096
    /// Classes: 618, which is the mean of the contexts that each symmetry leaves alone, (4096 + 64 + 2·8 + 2·256 + 2·128) / 8.
    package static let classCount = tables.sizes.count
    /// Keys.
    package static let keyCount = 2 * classCount

    /// The class of a context in 0..<4096.
    package static func classOf(context: Int) -> Int { Int(tables.classes[context]) }

    /// Contexts of a class: 1, 2, 4 or 8.
    package static func size(ofClass number: Int) -> Int { tables.sizes[number] }

    /// True for the key of a sample whose 3×3 holds both ink and ground.
    package static func isContour(key: Int) -> Bool {
        let near = tables.smallest[key / 2] & 0xFF
        return key.isMultiple(of: 2) ? near != 0 : near != 0xFF
    }

    /// -ln of the probability of each key's sample given its neighbours, from the probability of ink (between 0 and 1) in each
    /// class.
    package static func surprises(ofInk probabilities: [Double]) -> [Double] {
        probabilities.flatMap { [SeriesFunctions.logarithm(1 / (1 - $0)), SeriesFunctions.logarithm(1 / $0)] }
    }

    /// Rows and columns from the sample to the twelve, in the order of a context's bits.
    static let offsets = [
        (-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1), (-2, 0), (2, 0), (0, -2), (0, 2),
    ]

    /// Codes as windows of packed rows give them: bits 0 to 4 the row itself from two columns before, 5 to 7 the row above
    /// from one column before, 8 to 10 the row below, 11 and 12 the samples two rows above and below.
    static let codeCount = 8192

    /// The key of each code.
    static let keys: [UInt16] = (0..<codeCount).map { code in
        let places = [5, 6, 7, 1, 3, 8, 9, 10, 11, 12, 0, 4]
        let context = places.enumerated().reduce(0) { $0 | (code >> $1.element & 1) << $1.offset }
        return 2 * tables.classes[context] + UInt16(code >> 2 & 1)
    }

    private struct Tables {
        /// The class of each context.
        var classes: [UInt16]
        /// Contexts of each class.
        var sizes: [Int] = []
        /// The smallest context of each class.
        var smallest: [Int] = []

        init() {
            classes = [UInt16](repeating: .max, count: contextCount)
            for context in 0..<contextCount where classes[context] == .max {
                let members = Set(symmetries.map { permuted(context, by: $0) })
                for member in members { classes[member] = UInt16(sizes.count) }
                sizes.append(members.count)
                smallest.append(context)
            }
        }
    }

    private static let tables = Tables()

    /// Where each of the twelve goes under the eight symmetries of the square.
    private static let symmetries: [[Int]] = (0..<8).map { symmetry in
        offsets.map { y, x in
            var (row, column) = symmetry & 4 == 0 ? (y, x) : (y, -x)
            for _ in 0..<symmetry & 3 { (row, column) = (column, -row) }
            return offsets.firstIndex { $0 == (row, column) } ?? 0
        }
    }

    private static func permuted(_ context: Int, by places: [Int]) -> Int {
        places.enumerated().reduce(0) { $0 | (context >> $1.offset & 1) << $1.element }
    }
}
