import AdversarialDetectors
import ImageDefenses
import PixelCore
import Testing

@Suite("FeatureSqueezing")
struct FeatureSqueezingTests {
    private static func signal(
        _ reference: ModelAnswer, _ answers: [ModelAnswer?], squeezers: [String] = ["bit-depth(1)", "median(2)"],
        measure: String = "l1"
    ) throws -> Signal {
        let detector = try FeatureSqueezing(parameters: ["squeezers": .list(squeezers), "measure": .text(measure)])
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

    @Test("names the copy that is furthest away, the first of equals, and none where all agree")
    func oddest() throws {
        let reference = TestSubject.answer([0.9, 0.1])
        let near = TestSubject.answer([0.8, 0.2])
        let far = TestSubject.answer([0.3, 0.7])
        #expect(try Self.signal(reference, [near, far]).oddestCopy == "median(2)")
        #expect(try Self.signal(reference, [far, far]).oddestCopy == "bit-depth(1)")
        #expect(try Self.signal(reference, [reference, reference]).oddestCopy == nil)
    }

    // log(0.6/0.4) = 0.4054651, the less sure of the two vectors.
    @Test("is conditioned on how sure the least sure vector of f(x) is")
    func level() throws {
        let reference = TestSubject.answer([0.99, 0.01], [0.4, 0.6])
        let signal = try Self.signal(reference, [reference], squeezers: ["median(2)"])
        #expect(abs(try #require(signal.level) - 0.405_465_1) < 1e-6)
        #expect(signal.stratum == "vectors-2")
    }

    @Test("is conditioned on nothing where the policy says so")
    func unconditioned() throws {
        let detector = try FeatureSqueezing(parameters: [
            "squeezers": .list(["median(2)"]), "condition": .text("none"),
        ])
        let answer = TestSubject.answer([0.9, 0.1])
        guard case .signal(let signal) = try detector.score(reference: answer, answers: [answer]) else {
            Issue.record("one round is enough")
            return
        }
        #expect(signal.level == nil)
    }

    @Test("noise is a squeezer")
    func noise() throws {
        let detector = try FeatureSqueezing(parameters: ["squeezers": .list(["median(2)", "gaussian-noise(0.03)"])])
        #expect(
            detector.copies(round: 0, signals: []).map(\.pipeline.name) == ["median(2)", "gaussian-noise(0.03)"])
        #expect(detector.mostCopies == 2)
    }

    // Between p = 1 - 1e-6 and 1 - 1e-3, L1 sees 0.002; the log-odds fall by log(999999/999) = 6.9087546.
    @Test("log-odds see what becomes of an answer that is all but certain")
    func saturated() throws {
        let reference = TestSubject.answer([1 - 1e-6, 1e-6])
        let answer = TestSubject.answer([1 - 1e-3, 1e-3])
        #expect(try Self.signal(reference, [answer], squeezers: ["median(2)"]).score < 0.003)
        let signal = try Self.signal(reference, [answer], squeezers: ["median(2)"], measure: "log-odds")
        #expect(abs(signal.score - 6.908_754_6) < 1e-6)
        // Surer than before is nothing odd.
        #expect(try Self.signal(answer, [reference], squeezers: ["median(2)"], measure: "log-odds").score == 0)
    }

    @Test("log-odds of several vectors score the largest fall, and another number of vectors the greatest")
    func logOddsVectors() throws {
        let reference = TestSubject.answer([0.9, 0.1], [0.9, 0.1])
        let signal = try Self.signal(
            reference, [TestSubject.answer([0.9, 0.1], [0.5, 0.5])], squeezers: ["median(2)"], measure: "log-odds")
        #expect(abs(signal.score - 2.197_224_6) < 1e-6)
        let fewer = TestSubject.answer([0.9, 0.1])
        #expect(try Self.signal(reference, [fewer], squeezers: ["median(2)"], measure: "log-odds").score == 32)
    }

    // f says cat with log(0.8/0.2) = 1.3862944. The copy leaves 0.1 between cat and dog: 0.05, log(0.05/0.95) =
    // -2.9444390. All of it is log(0.1/0.9) = -2.1972246; none is -16.
    @Test("a class that a top-k answer leaves out has an equal share of the rest, between bounds")
    func topKLogOdds() throws {
        let signal = try Self.signal(
            Self.labelled(["cat": 0.8, "dog": 0.1]), [Self.labelled(["fox": 0.9])], squeezers: ["median(2)"],
            measure: "log-odds")
        #expect(abs(signal.score - 4.330_733_4) < 1e-6)
        #expect(abs((signal.value("median(2).low") ?? 0) - 3.583_519) < 1e-6)
        #expect(abs((signal.value("median(2).high") ?? 0) - 17.386_294_4) < 1e-6)
    }

    @Test(
        "a label without a usable probability is compared as a label",
        arguments: [("l1", 1.0, 2.0), ("l1", 0, 2), ("l1", 17, 2), ("log-odds", 1, 32), ("log-odds", -3, 32)]
            as [(String, Double, Double)])
    func labels(measure: String, value: Double, greatest: Double) throws {
        let reference = try Self.labelled(["cat": value])
        let other = try Self.labelled(["dog": value])
        #expect(try Self.signal(reference, [other], squeezers: ["median(2)"], measure: measure).score == greatest)
        let same = try Self.signal(
            reference, [Self.labelled(["cat": 0.4, "dog": 0.3])], squeezers: ["median(2)"], measure: measure)
        #expect(same.score == 0)
        #expect(same.evidence.count == 1)
    }
}
