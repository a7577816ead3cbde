package import PixelCore

/// Reads the amount of a scanned cheque with the digit model.
///
/// It finds the framed amount box and, right of the currency sign in it, the digits, wherever they stand on the scan; or
/// it reads boxes that the configuration names. A digit's 28×28 pixels, inverted, go to the model as they are: nothing
/// is smoothed or rescaled, so that the model sees what an attacker put there. It is a model to be guarded and guards
/// nothing itself.
package struct ChequeReader: Sendable {
    private let model: DigitModel
    private let boxes: [Region]?

    /// A reader that asks `model`, at `boxes` (28×28 each, from left to right), or where the scan shows digits when nil.
    package init(model: DigitModel, boxes: [Region]?) {
        self.model = model
        self.boxes = boxes
    }

    /// The amount on `image`, a whole scan, grey or RGB, black ink on paper. Costs a pass over it and 1 ms a digit.
    package func read(_ image: Image) throws(ChequeReadingError) -> ChequeReading {
        let scan = LumaPlane(image)
        if let boxes {
            return try reading(of: boxes, in: scan)
        }
        let paper = try AmountFrame.interior(of: scan)
        let corners = try DigitBoxes.corners(in: paper, of: scan)
        var digits: [DigitReading] = []
        for (x, y) in corners {
            // A frame at the scan's very edge leaves no room for a whole box.
            guard let box = Region(x: x, y: y, width: ChequeLayout.side, height: ChequeLayout.side),
                box.isInside(image.shape)
            else { throw .touchingDigits(x: x, columns: ChequeLayout.side) }
            digits.append(digit(at: box, of: scan, within: paper))
        }
        return ChequeReading(amount: Self.amount(of: digits), digits: digits)
    }

    private func reading(of boxes: [Region], in scan: LumaPlane) throws(ChequeReadingError) -> ChequeReading {
        guard !boxes.isEmpty else { throw .noDigits }
        guard boxes.count <= ChequeLayout.digits else { throw .tooManyDigits(count: boxes.count) }
        let whole = Bounds(left: 0, top: 0, right: scan.width, bottom: scan.height)
        var digits: [DigitReading] = []
        for (index, box) in boxes.enumerated() {
            guard box.width == ChequeLayout.side, box.height == ChequeLayout.side, box.x + box.width <= scan.width,
                box.y + box.height <= scan.height
            else { throw .unusableBox(index: index) }
            digits.append(digit(at: box, of: scan, within: whole))
        }
        return ChequeReading(amount: Self.amount(of: digits), digits: digits)
    }

    /// What the model reads at `box`. Pixels outside `paper` count as blank: the frame is not part of a digit.
    private func digit(at box: Region, of scan: LumaPlane, within paper: Bounds) -> DigitReading {
        var pixels = [UInt8](repeating: 0, count: box.width * box.height)
        for row in 0..<box.height where paper.rows.contains(box.y + row) {
            for column in 0..<box.width where paper.columns.contains(box.x + column) {
                pixels[row * box.width + column] = 255 - scan.samples[(box.y + row) * scan.width + box.x + column]
            }
        }
        return DigitReading(probabilities: model.probabilities(of: pixels.span), box: box)
    }

    /// At most nine digits, so that no amount overflows.
    private static func amount(of digits: [DigitReading]) -> Int {
        digits.reduce(0) { 10 * $0 + $1.digit }
    }
}
