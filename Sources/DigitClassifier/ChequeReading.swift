package import PixelCore

/// What the model reads in the amount box of a cheque.
package struct ChequeReading: Hashable, Sendable {
    /// Whole dollars.
    package let amount: Int
    /// From left to right, at least one.
    package let digits: [DigitReading]
}

/// One digit of an amount.
package struct DigitReading: Hashable, Sendable {
    /// The most probable digit, 0...9; the smallest of several equally probable ones.
    package let digit: Int
    /// How probable each digit 0...9 is.
    package let probabilities: [Float]
    /// Where it stands on the scan: 28×28 pixels, parts of which may lie outside the frame.
    package let box: Region

    init(probabilities: [Float], box: Region) {
        self.probabilities = probabilities
        self.box = box
        digit = Self.mostProbable(of: probabilities)
    }

    /// The index of the largest of `probabilities`, the first of several.
    static func mostProbable(of probabilities: [Float]) -> Int {
        probabilities.indices.reduce(0) { probabilities[$1] > probabilities[$0] ? $1 : $0 }
    }
}

/// Why a cheque cannot be read. Each of them calls for a person.
package enum ChequeReadingError: Error, Hashable, Sendable {
    /// No rectangle of the amount box's proportions is drawn on the scan.
    case noFrame
    /// More than one such rectangle is drawn, so that the amount would be a guess.
    case severalFrames
    /// The scan has more long lines than a cheque can have.
    case clutteredScan(lines: Int)
    /// The frame's first ink from the left is not a currency sign.
    case noCurrencySign
    /// Nothing stands right of the currency sign.
    case noDigits
    /// Ink that starts at column `x` is larger than a digit.
    case touchingDigits(x: Int, columns: Int)
    /// More digits than an amount has.
    case tooManyDigits(count: Int)
    /// A configured box, from 0, is not 28×28 pixels or does not lie on the scan.
    case unusableBox(index: Int)
}

extension ChequeReadingError {
    /// What went wrong, as a sentence for the one who sent the scan.
    package var explanation: String {
        switch self {
        case .noFrame: "no framed amount box was found"
        case .severalFrames: "more than one framed box could hold the amount"
        case .clutteredScan(let lines): "the scan has \(lines) long lines; a cheque has fewer"
        case .noCurrencySign: "the amount does not start with a currency sign"
        case .noDigits: "the amount box holds no digits"
        case .touchingDigits(let x, let columns): "the ink at column \(x), \(columns) columns wide, is not one digit"
        case .tooManyDigits(let count): "the amount has \(count) digits; at most \(ChequeLayout.digits) are read"
        case .unusableBox(let index): "box \(index) is not a box of 28 by 28 pixels on this scan"
        }
    }
}
