import Foundation
import Testing

@testable import DigitClassifier

@Suite("DigitModel")
struct DigitModelTests {
    // The project's promise for 16-bit weights with one scale an output; the float32 sums themselves differ by 1e-6.
    @Test("probabilities are within 1e-4 of onnxruntime's on the lab's digits")
    func agreesWithReference() throws {
        let model = try DigitModel.embedded()
        let digits = try LabDigit.all()
        var largest: Float = 0
        for digit in digits {
            let probabilities = model.probabilities(of: [UInt8](digit.pixels).span)
            for (ours, reference) in zip(probabilities, digit.probabilities) {
                largest = max(largest, abs(ours - reference))
            }
        }
        #expect(digits.count == 72)
        #expect(largest <= 1e-4)
    }

    @Test("probabilities are ten and sum to one")
    func sumsToOne() throws {
        let model = try DigitModel.embedded()
        for pixels in [[UInt8](repeating: 0, count: 784), [UInt8](repeating: 255, count: 784)] {
            let probabilities = model.probabilities(of: pixels.span)
            #expect(probabilities.count == 10)
            // Ten roundings to Float.
            #expect(abs(probabilities.reduce(0, +) - 1) <= 1e-6)
        }
    }

    @Test("the same pixels have the same probabilities, bit for bit")
    func isDeterministic() throws {
        let pixels = [UInt8](try #require(try LabDigit.clean([8]).first).pixels)
        let first = try DigitModel.embedded().probabilities(of: pixels.span)
        let second = try DigitModel.embedded().probabilities(of: pixels.span)
        #expect(first == second)
    }
}

@Suite("WeightsFile")
struct WeightsFileTests {
    /// The embedded file, from the checkout.
    private static func file() throws -> [UInt8] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return [UInt8](try Data(contentsOf: root.appending(path: "Sources/CEmbeddedFiles/digit-weights.bin")))
    }

    private static func mistake(in bytes: [UInt8]) -> DigitModelError? {
        bytes.withUnsafeBufferPointer { buffer -> DigitModelError? in
            do throws(DigitModelError) {
                _ = try DigitModel(weights: buffer)
                return nil
            } catch {
                return error
            }
        }
    }

    @Test("the file in the checkout is the network")
    func acceptsWholeFile() throws {
        #expect(Self.mistake(in: try Self.file()) == nil)
    }

    @Test(
        "a file that ends early is refused", arguments: [0, 7, 47, 48, 63, 64, 500, 20_000, 300_000, 628_175])
    func refusesTruncation(length: Int) throws {
        #expect(Self.mistake(in: Array(try Self.file().prefix(length))) != nil)
    }

    @Test("bytes after the last layer are refused")
    func refusesTrailingBytes() throws {
        #expect(Self.mistake(in: try Self.file() + [0]) == .trailingBytes(count: 1))
    }

    @Test("another magic or version is refused", arguments: [0, 8])
    func refusesOtherFormat(offset: Int) throws {
        var bytes = try Self.file()
        bytes[offset] ^= 2
        #expect(Self.mistake(in: bytes) == .unknownFormat)
    }

    @Test("a layer of another kind, size or sequel is refused", arguments: [48, 52, 56, 60])
    func refusesOtherLayer(offset: Int) throws {
        var bytes = try Self.file()
        bytes[offset] ^= 2
        #expect(Self.mistake(in: bytes) != nil)
    }

    @Test("sides that would overflow are refused before anything is read")
    func refusesHugeLayer() throws {
        var bytes = try Self.file()
        bytes.replaceSubrange(52..<60, with: [UInt8](repeating: 255, count: 8))
        #expect(Self.mistake(in: bytes) == .unexpectedLayer(layer: 0))
    }
}
