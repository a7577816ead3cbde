/// The bumps, dents and contour of `InkShapes` from a table of all 512 neighbourhoods; what tests compare it with.
package enum InkShapesReference {
    /// What a pixel is.
    package enum Mark: Hashable, Sendable {
        /// Ink with at most two ink neighbours, side by side.
        case bump
        /// Paper with at most two paper neighbours, side by side.
        case dent
    }

    /// The mark of each neighbourhood; bit 3 i + j is the class of row i and column j, 1 for ink.
    package static let table: [Mark?] = (0..<512).map { code in
        let ring = [0, 1, 2, 5, 8, 7, 6, 3].map { code >> $0 & 1 }
        let isInk = code >> 4 & 1 == 1
        let own = isInk ? 1 : 0
        let alike = ring.indices.filter { ring[$0] == own }
        guard alike.count <= 2 else { return nil }
        let areSideBySide = alike.count < 2 || alike[1] - alike[0] == 1 || alike == [0, 7]
        return areSideBySide ? (isInk ? .bump : .dent) : nil
    }

    /// For each pixel its mark, and whether it is on the contour. `isInk` and `isBetween` are one a pixel, by rows.
    package static func marks(
        isInk: [Bool], isBetween: [Bool], width: Int, height: Int
    ) -> [(mark: Mark?, isContour: Bool)] {
        func at(_ values: [Bool], _ x: Int, _ y: Int) -> Bool {
            x >= 0 && y >= 0 && x < width && y < height && values[y * width + x]
        }
        var marks: [(mark: Mark?, isContour: Bool)] = []
        for y in 0..<height {
            for x in 0..<width {
                var code = 0
                var isHard = true
                for i in 0..<9 {
                    let (column, row) = (x + i % 3 - 1, y + i / 3 - 1)
                    if at(isInk, column, row) { code |= 1 << i }
                    if at(isBetween, column, row) { isHard = false }
                }
                let isContour = code & 16 != 0 && code & 0b010_101_010 != 0b010_101_010
                marks.append((isHard ? table[code] : nil, isContour))
            }
        }
        return marks
    }
}
