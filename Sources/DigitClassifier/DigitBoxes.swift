import PixelCore

/// Finds the digits inside the amount frame.
///
/// The model's digits stand with the centre of mass of their ink in the middle of their 28×28 box (Y. LeCun, C. Cortes,
/// C. Burges, "The MNIST database of handwritten digits"), so the box follows from the ink alone. Only whether a pixel
/// is ink counts, not how dark it is: noise on the paper does not move a box, and cutting the scan to one bit cannot.
enum DigitBoxes {
    /// The corners of the digits' boxes, from left to right. They may reach outside `paper`, even outside the scan.
    static func corners(in paper: Bounds, of scan: LumaPlane) throws(ChequeReadingError) -> [(x: Int, y: Int)] {
        let strokes = strokes(in: paper, of: scan)
        guard let sign = strokes.first, sign.rows >= ChequeLayout.currencySignRows else { throw .noCurrencySign }
        let digits = strokes.dropFirst()
        guard !digits.isEmpty else { throw .noDigits }
        for digit in digits where digit.columns.count > ChequeLayout.side || digit.rows > ChequeLayout.side {
            throw .touchingDigits(x: digit.columns.lowerBound, columns: digit.columns.count)
        }
        guard digits.count <= ChequeLayout.digits else { throw .tooManyDigits(count: digits.count) }
        return digits.map { (x: corner($0.sumOfX, $0.ink), y: corner($0.sumOfY, $0.ink)) }
    }

    /// Ink that belongs together because no wide blank stripe parts it.
    private struct Stroke {
        var columns: Range<Int>
        var top = Int.max
        var bottom = Int.min
        var ink = 0
        var sumOfX = 0
        var sumOfY = 0

        var rows: Int { bottom - top + 1 }
    }

    private static func strokes(in paper: Bounds, of scan: LumaPlane) -> [Stroke] {
        var strokes: [Stroke] = []
        for x in paper.columns {
            for y in paper.rows where scan.isInk(x, y) {
                if let last = strokes.last, x - last.columns.upperBound <= ChequeLayout.skippedColumns {
                    strokes[strokes.count - 1].columns = last.columns.lowerBound..<(x + 1)
                } else {
                    strokes.append(Stroke(columns: x..<(x + 1)))
                }
                let index = strokes.count - 1
                strokes[index].top = min(strokes[index].top, y)
                strokes[index].bottom = max(strokes[index].bottom, y)
                strokes[index].ink += 1
                strokes[index].sumOfX += x
                strokes[index].sumOfY += y
            }
        }
        return strokes.filter { $0.ink >= ChequeLayout.dust }
    }

    /// The corner from which the mean, `sum / count`, lies at column or row 14 of the box; a half rounds up.
    private static func corner(_ sum: Int, _ count: Int) -> Int {
        // floor(sum / count - 14 + 1/2); sums of coordinates are not negative.
        (2 * sum + count) / (2 * count) - ChequeLayout.side / 2
    }
}
