import Foundation
import PixelCore
import Testing

@testable import DigitClassifier

@Suite("DemoModel")
struct DemoModelTests {
    private struct Digit: Decodable {
        let digit: Int
        let probabilities: [Float]
    }

    private struct Cheque: Decodable {
        let amount: Int
        let digits: [Digit]
    }

    private struct Failure: Decodable {
        let error: String
    }

    private static func ask(_ path: String, _ image: Image) throws -> (status: Int, body: Data) {
        let answer = DemoModel(model: try .embedded(), chequeBoxes: nil).answer(path: path, image: image)
        return (answer.status, Data(answer.body))
    }

    @Test("a digit is answered with itself and ten probabilities", arguments: [1, 3])
    func answersDigit(channels: Int) throws {
        let digit = try #require(try LabDigit.clean([7]).first)
        let answer = try Self.ask("/digit", digit.image(channels: channels))
        let json = try JSONDecoder().decode(Digit.self, from: answer.body)
        #expect(answer.status == 200)
        #expect(json.digit == 7)
        #expect(json.probabilities.count == 10)
        for (ours, reference) in zip(json.probabilities, digit.probabilities) {
            #expect(abs(ours - reference) <= 1e-4)
        }
    }

    @Test("a cheque is answered with its amount and each digit's probabilities")
    func answersCheque() throws {
        let answer = try Self.ask("/cheque", DrawnCheque.amount(LabDigit.clean([4, 0, 1])).image())
        let json = try JSONDecoder().decode(Cheque.self, from: answer.body)
        #expect(answer.status == 200)
        #expect(json.amount == 401)
        #expect(json.digits.map(\.digit) == [4, 0, 1])
        #expect(json.digits.allSatisfy { $0.probabilities.count == 10 })
    }

    @Test("an answer is written in one way only")
    func writesCompactly() throws {
        let digit = try #require(try LabDigit.clean([0]).first)
        let answer = try Self.ask("/digit", digit.image())
        let text = try #require(String(data: answer.body, encoding: .utf8))
        #expect(text.hasPrefix(#"{"digit":0,"probabilities":["#))
        #expect(text.hasSuffix("]}"))
        #expect(!text.contains(" "))
    }

    @Test(
        "an image that is no digit, or no cheque, is answered with 422 and a reason",
        arguments: ["/digit", "/cheque"])
    func refusesUnreadable(path: String) throws {
        let answer = try Self.ask(path, DrawnCheque(width: 27, height: 28).image())
        #expect(answer.status == 422)
        #expect(!(try JSONDecoder().decode(Failure.self, from: answer.body).error.isEmpty))
    }

    @Test("another path is answered with 404", arguments: ["/", "", "/digits", "/digit/", "/cheque?x=1"])
    func refusesOtherPath(path: String) throws {
        let answer = try Self.ask(path, DrawnCheque(width: 28, height: 28).image())
        #expect(answer.status == 404)
        #expect(!(try JSONDecoder().decode(Failure.self, from: answer.body).error.isEmpty))
    }
}
