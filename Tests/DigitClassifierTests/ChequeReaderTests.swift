import Foundation
import PixelCore
import Testing

@testable import DigitClassifier

@Suite("ChequeReader")
struct ChequeReaderTests {
    private static func read(_ cheque: DrawnCheque, channels: Int = 1) throws -> ChequeReading {
        try ChequeReader(model: .embedded(), boxes: nil).read(cheque.image(channels: channels))
    }

    /// The largest distance between corners of boxes, in pixels; nil when there are not as many.
    private static func distance(_ some: ChequeReading, _ others: ChequeReading) -> Int? {
        guard some.digits.count == others.digits.count else { return nil }
        return zip(some.digits, others.digits).map { max(abs($0.box.x - $1.box.x), abs($0.box.y - $1.box.y)) }.max()
    }

    @Test("an amount is read wherever its frame stands", arguments: [(0, 0), (300, 90), (41, 7), (470, 139)])
    func findsFrame(x: Int, y: Int) throws {
        let reading = try Self.read(.amount(LabDigit.clean([4, 0, 1]), x: x, y: y))
        #expect(reading.amount == 401)
        #expect(reading.digits.map(\.digit) == [4, 0, 1])
    }

    @Test("boxes are found within a pixel of where digits were put")
    func findsBoxes() throws {
        let reading = try Self.read(.amount(LabDigit.clean([2, 3, 5, 7]), x: 200, y: 50))
        #expect(reading.digits.count == 4)
        for (index, digit) in reading.digits.enumerated() {
            #expect(abs(digit.box.x - (250 + 34 * index)) <= 1)
            #expect(abs(digit.box.y - 64) <= 1)
        }
    }

    @Test("a copy cut to one bit has exactly the same boxes")
    func isStableUnderBitDepth() throws {
        let cheque = DrawnCheque.amount(try LabDigit.clean([6, 8, 9, 4]))
        #expect(Self.distance(try Self.read(cheque), try Self.read(cheque.cutToOneBit())) == 0)
    }

    @Test("a median-smoothed copy has the boxes at most a pixel away")
    func isStableUnderMedian() throws {
        let cheque = DrawnCheque.amount(try LabDigit.clean([6, 8, 9, 4]))
        let distance = try #require(Self.distance(try Self.read(cheque), try Self.read(cheque.medianSmoothed())))
        #expect(distance <= 1)
    }

    @Test("grey noise on the paper moves no box")
    func isStableUnderNoise() throws {
        let clean = DrawnCheque.amount(try LabDigit.clean([4, 0, 1]))
        var noisy = clean
        // Paper goes down to 178, as far as a perturbation of 0.3 takes it.
        for index in noisy.samples.indices where noisy.samples[index] == 254 {
            noisy.samples[index] = UInt8(178 + index * 7919 % 77)
        }
        #expect(Self.distance(try Self.read(clean), try Self.read(noisy)) == 0)
    }

    @Test("an RGB scan is read as the grey one")
    func readsColour() throws {
        let cheque = DrawnCheque.amount(try LabDigit.clean([1, 9, 3]))
        #expect(try Self.read(cheque, channels: 3) == Self.read(cheque))
    }

    @Test("configured boxes are read as they are, without looking for a frame")
    func readsConfiguredBoxes() throws {
        var cheque = DrawnCheque()
        let digits = try LabDigit.clean([7, 2])
        cheque.paste(digits[0], x: 10, y: 20)
        cheque.paste(digits[1], x: 611, y: 172)
        let boxes = [Region(x: 10, y: 20, width: 28, height: 28), Region(x: 611, y: 172, width: 28, height: 28)]
        let reading = try ChequeReader(model: .embedded(), boxes: boxes.compactMap { $0 }).read(cheque.image())
        #expect(reading.amount == 72)
        for (read, digit) in zip(reading.digits, digits) {
            for (ours, reference) in zip(read.probabilities, digit.probabilities) {
                #expect(abs(ours - reference) <= 1e-4)
            }
        }
    }

    @Test(
        "a configured box of another size or off the scan is refused",
        arguments: [(613, 20, 28), (20, 173, 28), (0, 0, 27)])
    func refusesConfiguredBox(x: Int, y: Int, side: Int) throws {
        let box = try #require(Region(x: x, y: y, width: side, height: side))
        let reader = ChequeReader(model: try .embedded(), boxes: [box])
        #expect(throws: ChequeReadingError.unusableBox(index: 0)) { try reader.read(DrawnCheque().image()) }
    }

    @Test("a 1×1 image has no frame")
    func survivesTinyImage() throws {
        #expect(throws: ChequeReadingError.noFrame) { try Self.read(DrawnCheque(width: 1, height: 1)) }
    }
}

@Suite("ChequeReadingError")
struct ChequeReadingErrorTests {
    private static func mistake(_ cheque: DrawnCheque) throws -> ChequeReadingError? {
        do {
            _ = try ChequeReader(model: .embedded(), boxes: nil).read(cheque.image())
            return nil
        } catch let error as ChequeReadingError {
            return error
        }
    }

    @Test("blank paper has no frame")
    func noFrame() throws {
        #expect(try Self.mistake(DrawnCheque()) == .noFrame)
    }

    @Test("a rectangle of other proportions is not a frame", arguments: [(200, 150), (90, 60), (500, 50), (200, 30)])
    func otherProportions(width: Int, height: Int) throws {
        var cheque = DrawnCheque()
        cheque.drawFrame(x: 20, y: 20, width: width, height: height)
        #expect(try Self.mistake(cheque) == .noFrame)
    }

    @Test("lines that no sides join are not a frame")
    func openFrame() throws {
        var cheque = DrawnCheque()
        cheque.fill(x: 100, y: 50, width: 200, height: 3, with: 0)
        cheque.fill(x: 100, y: 110, width: 200, height: 3, with: 0)
        cheque.fill(x: 100, y: 50, width: 3, height: 60, with: 0)
        #expect(try Self.mistake(cheque) == .noFrame)
    }

    @Test("two frames are an ambiguity, not a choice")
    func severalFrames() throws {
        var cheque = DrawnCheque.amount(try LabDigit.clean([4, 0, 1]))
        cheque.drawFrame(x: 20, y: 20, width: 200, height: 60)
        #expect(try Self.mistake(cheque) == .severalFrames)
    }

    @Test("a scan full of lines is refused")
    func clutter() throws {
        var cheque = DrawnCheque(width: 1300, height: 200)
        for y in 0..<200 {
            for x in stride(from: 0, to: 1290, by: 86) {
                cheque.fill(x: x, y: y, width: 85, height: 1, with: 0)
            }
        }
        #expect(try Self.mistake(cheque) == .clutteredScan(lines: 3000))
    }

    @Test("an amount without a currency sign is refused")
    func noSign() throws {
        var cheque = DrawnCheque.amount(try LabDigit.clean([4, 0, 1]))
        cheque.fill(x: 308, y: 100, width: 20, height: 40, with: 254)
        #expect(try Self.mistake(cheque) == .noCurrencySign)
    }

    @Test("a frame with nothing but the sign has no digits")
    func noDigits() throws {
        #expect(try Self.mistake(DrawnCheque.amount([])) == .noDigits)
    }

    @Test("ink that is wider than a digit is refused")
    func touching() throws {
        var cheque = DrawnCheque.amount([])
        cheque.fill(x: 360, y: 110, width: 40, height: 10, with: 0)
        #expect(try Self.mistake(cheque) == .touchingDigits(x: 360, columns: 40))
    }

    @Test("ten digits are more than an amount has")
    func tooMany() throws {
        let digits = try LabDigit.clean([1, 1, 1, 1, 1, 1, 1, 1, 1, 1])
        #expect(try Self.mistake(DrawnCheque.amount(digits, x: 100)) == .tooManyDigits(count: 10))
    }

    @Test("every mistake explains itself in words that JSON takes as they are")
    func explains() {
        let mistakes: [ChequeReadingError] = [
            .noFrame, .severalFrames, .clutteredScan(lines: 3), .noCurrencySign, .noDigits,
            .touchingDigits(x: 1, columns: 2), .tooManyDigits(count: 12), .unusableBox(index: 0),
        ]
        for mistake in mistakes {
            let text = mistake.explanation
            #expect(!text.isEmpty)
            #expect(!text.contains { $0 == "\"" || $0 == "\\" || $0.isNewline })
        }
    }
}
