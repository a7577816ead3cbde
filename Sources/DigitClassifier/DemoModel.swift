package import PixelCore

/// The demo's upstream without its server: an image and a path in, a status and a JSON body out.
///
/// `/digit` takes 28×28 pixels, white ink on black, and answers `{"digit":7,"probabilities":[…]}` with ten
/// probabilities. `/cheque` takes a whole scan and answers `{"amount":701,"digits":[{"digit":7,"probabilities":[…]},…]}`.
/// What cannot be read is answered with 422 and any other path with 404, both `{"error":"…"}`.
package struct DemoModel: Sendable {
    private let model: DigitModel
    private let reader: ChequeReader

    /// The media type of every body.
    package static let mediaType = "application/json"

    /// A model that reads cheques at `chequeBoxes` (28×28 each, from left to right), or finds the digits when nil.
    package init(model: DigitModel, chequeBoxes: [Region]?) {
        self.model = model
        reader = ChequeReader(model: model, boxes: chequeBoxes)
    }

    /// The answer to `image` at `path`, which has no query. Costs 1 ms a digit; pure.
    package func answer(path: String, image: Image) -> (status: Int, body: [UInt8]) {
        switch path {
        case "/digit": return answerDigit(image)
        case "/cheque": return answerCheque(image)
        default: return Self.failure(404, "nothing is served at this path; ask /digit or /cheque")
        }
    }

    private func answerDigit(_ image: Image) -> (status: Int, body: [UInt8]) {
        let shape = image.shape
        guard shape.width == DigitModel.side, shape.height == DigitModel.side else {
            return Self.failure(422, "a digit has 28 by 28 pixels; this image has \(shape.width) by \(shape.height)")
        }
        guard let box = Region(x: 0, y: 0, width: shape.width, height: shape.height) else {
            return Self.failure(422, "a digit has 28 by 28 pixels")
        }
        let probabilities = model.probabilities(of: LumaPlane(image).samples.span)
        return (200, Array(Self.json(of: DigitReading(probabilities: probabilities, box: box)).utf8))
    }

    private func answerCheque(_ image: Image) -> (status: Int, body: [UInt8]) {
        do {
            let reading = try reader.read(image)
            let digits = reading.digits.map(Self.json).joined(separator: ",")
            return (200, Array("{\"amount\":\(reading.amount),\"digits\":[\(digits)]}".utf8))
        } catch {
            return Self.failure(422, error.explanation)
        }
    }

    private static func json(of reading: DigitReading) -> String {
        // The description of a finite Float is the shortest number that reads back as it, and is JSON.
        let probabilities = reading.probabilities.map { "\($0)" }.joined(separator: ",")
        return "{\"digit\":\(reading.digit),\"probabilities\":[\(probabilities)]}"
    }

    /// `message` is text of ours: no quotes, backslashes or control characters to escape.
    private static func failure(_ status: Int, _ message: String) -> (status: Int, body: [UInt8]) {
        (status, Array("{\"error\":\"\(message)\"}".utf8))
    }
}
