import AdversarialDetectors
import ImageDefenses
import PixelCore
import Testing

@Suite("FeatureSqueezing")
struct FeatureSqueezingTests {
    private static func signal(
        _ reference: ModelAnswer, _ answers: [ModelAnswer?], squeezers: [String] = ["bit-depth(1)", "median(2)"]
    ) throws -> Signal {
        let detector = try FeatureSqueezing(parameters: ["squeezers": .list(squeezers)])
        guard case .signal(let signal) = try detector.score(reference: reference, answers: answers) else {
            throw DetectorError.answersMissing(detector: "test")
        }
        return signal
    }

    private static func labelled(_ scores: KeyValuePairs<String, Double>) throws -> ModelAnswer {
        ModelAnswer(vectors: [try #require(ScoreVector(labels: scores.map(\.key), values: scores.map(\.value)))])
    }

    @Test("asks for one copy a squeezer, under its canonical name")
    func copies() throws {
        let detector = try FeatureSqueezing(parameters: ["squeezers": .list(["bit-depth( 1 )", "median"])])
        #expect(detector.copies(round: 0, signals: []).map(\.pipeline.name) == ["bit-depth(1)", "median(2)"])
        #expect(detector.copies(round: 1, signals: []).isEmpty)
        #expect(try detector.inspect(TestSubject.subject()) == nil)
    }

    @Test("the defaults suit colour photographs")
    func defaults() throws {
        let detector = try FeatureSqueezing(parameters: [:])
        #expect(detector.copies(round: 0, signals: []).map(\.pipeline.name) == ["bit-depth(5)", "median(2)"])
    }

    // The worked example of the definition: |0.9 - 0.1| + |0.05 - 0.8| + |0.05 - 0.1| = 1.6.
    @Test("the score is the largest L1 distance, with one entry of evidence a squeezer")
    func example() throws {
        let signal = try Self.signal(
            TestSubject.answer([0.9, 0.05, 0.05]),
            [TestSubject.answer([0.1, 0.8, 0.1]), TestSubject.answer([0.8, 0.1, 0.1])])
        // Sums of a few decimal fractions: within a few units of the last place.
        #expect(abs(signal.score - 1.6) < 1e-12)
        #expect(signal.evidence.map(\.name) == ["bit-depth(1)", "median(2)"])
        #expect(abs((signal.value("median(2)") ?? 0) - 0.2) < 1e-12)
    }

    @Test("equal answers score 0")
    func equal() throws {
        let answer = TestSubject.answer([0.7, 0.3])
        #expect(try Self.signal(answer, [answer, answer]).score == 0)
    }

    @Test("labels in another order mean the same")
    func reordered() throws {
        let reference = try Self.labelled(["cat": 0.7, "dog": 0.3])
        let answer = try Self.labelled(["dog": 0.3, "cat": 0.7])
        let signal = try Self.signal(reference, [answer], squeezers: ["median(2)"])
        #expect(signal.score == 0)
        #expect(signal.evidence.count == 1)
    }

    @Test("several vectors score the largest distance over them")
    func vectors() throws {
        let signal = try Self.signal(
            TestSubject.answer([1, 0], [0.5, 0.5]), [TestSubject.answer([0.9, 0.1], [0.1, 0.9])],
            squeezers: ["median(2)"])
        #expect(abs(signal.score - 0.8) < 1e-12)
    }

    @Test("a different number of vectors is the greatest distance")
    func counts() throws {
        let reference = TestSubject.answer([1, 0], [1, 0])
        #expect(try Self.signal(reference, [TestSubject.answer([1, 0])], squeezers: ["median(2)"]).score == 2)
    }

    @Test("a missing answer and a wrong number of answers are errors")
    func missing() {
        let answer = TestSubject.answer([1, 0])
        #expect(throws: DetectorError.answersMissing(detector: "feature-squeezing")) {
            try Self.signal(answer, [answer, nil])
        }
        #expect(throws: DetectorError.answersMissing(detector: "feature-squeezing")) {
            try Self.signal(answer, [answer])
        }
    }

    @Test("a squeezer that cannot be made is an error that says why")
    func squeezer() {
        #expect(
            throws: DetectorError.squeezer(
                detector: "feature-squeezing", reason: .unknown(name: "medain", nearest: "median"))
        ) {
            try FeatureSqueezing(parameters: ["squeezers": .list(["medain(2)"])])
        }
    }

    // f names cat 0.7 and dog 0.2, leaving 0.1; the copy names cat 0.5 and fox 0.3, leaving 0.2. Dog gets the copy's
    // 0.2, fox gets f's 0.1: 0.2 + 0 + 0.2. At least 0.2 + 0 + (0.3 - 0.1); at most 0.2 + 0.2 + 0.2 + 0.3 + 0.1.
    @Test("top-k answers are completed by equal shares, between bounds")
    func topK() throws {
        let signal = try Self.signal(
            Self.labelled(["cat": 0.7, "dog": 0.2]), [Self.labelled(["cat": 0.5, "fox": 0.3])], squeezers: ["median(2)"]
        )
        #expect(abs(signal.score - 0.4) < 1e-12)
        #expect(abs((signal.value("median(2).low") ?? 0) - 0.4) < 1e-12)
        #expect(abs((signal.value("median(2).high") ?? 0) - 1.0) < 1e-12)
    }

    @Test("answers of a single label score 2 when they differ")
    func labelOnly() throws {
        let signal = try Self.signal(
            Self.labelled(["cat": 1]), [Self.labelled(["dog": 1])], squeezers: ["median(2)"])
        #expect(signal.score == 2)
    }

    @Test("scores that are no probabilities stay within 2")
    func clamped() throws {
        #expect(
            try Self.signal(TestSubject.answer([9, -4]), [TestSubject.answer([-9, 4])], squeezers: ["median(2)"]).score
                == 2)
    }
}
