internal import CPixelKernels

/// Three rows of classes, with a pixel of paper on each side, and what the middle one looks like.
struct InkLines {
    /// What each pixel of a row is: 1 or 0.
    struct Marks {
        var bumps: [UInt8]
        var dents: [UInt8]
        var contour: [UInt8]
    }

    private struct Line {
        var ink: [UInt8]
        /// 1 for a level between ink and paper.
        var between: [UInt8]
    }

    private let width: Int
    private let isInkLight: Bool
    private let low: UInt8
    private let high: UInt8
    private var above: Line
    private var middle: Line
    private var below: Line
    /// 2 by 2 squares with one pixel of ink, with three, and with two at opposite corners.
    private var squares = [UInt64](repeating: 0, count: 3)
    /// Of the middle row, after a row was pushed.
    private(set) var marks: Marks

    /// Rows of paper; ink is below 128 or from 128 on, levels above `low` and below `high` are between the two.
    init(width: Int, isInkLight: Bool, low: UInt8, high: UInt8) {
        self.width = width
        self.isInkLight = isInkLight
        self.low = low
        self.high = high
        let none = [UInt8](repeating: 0, count: width + 2)
        above = Line(ink: none, between: none)
        middle = above
        below = above
        let marked = [UInt8](repeating: 0, count: width)
        marks = Marks(bumps: marked, dents: marked, contour: marked)
    }

    /// Components less holes, of ink connected over eight neighbours, after all rows and one of paper: S. B. Gray, "Local
    /// Properties of Binary Images in Two Dimensions", IEEE Transactions on Computers 20, 1971.
    var eulerNumber: Int { (Int(squares[0]) - Int(squares[1]) - 2 * Int(squares[2])) / 4 }

    /// Takes a row of levels as the lowest; the one before becomes the middle.
    mutating func push(_ levels: Span<UInt8>) {
        precondition(levels.count == width)
        turn()
        unsafe levels.withUnsafeBufferPointer { levels in
            unsafe below.ink.withUnsafeMutableBufferPointer { ink in
                unsafe below.between.withUnsafeMutableBufferPointer { between in
                    guard let from = levels.baseAddress, let to = ink.baseAddress, let soft = between.baseAddress
                    else { return }
                    unsafe pk_ink_row(from, width, isInkLight ? 1 : 0, low, high, to + 1, soft + 1)
                }
            }
        }
        mark()
    }

    /// Takes a row of paper as the lowest.
    mutating func pushPaper() {
        turn()
        for i in below.ink.indices {
            below.ink[i] = 0
            below.between[i] = 0
        }
        mark()
    }

    private mutating func turn() {
        swap(&above, &middle)
        swap(&middle, &below)
    }

    private mutating func mark() {
        unsafe pk_count_squares(middle.ink, below.ink, width + 1, &squares)
        unsafe pk_contour_row(
            above.ink, middle.ink, below.ink, above.between, middle.between, below.between, &marks.bumps,
            &marks.dents, &marks.contour, width)
    }
}
