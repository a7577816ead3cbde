import PixelCore
import Testing

@testable import AdversarialDetectors

@Suite("LabelConsensus")
struct LabelConsensusTests {
    private static let cat = TestSubject.answer([0.9, 0.1])
    private static let dog = TestSubject.answer([0.3, 0.7])

    private static func detector(_ more: [String: ParameterValue] = [:]) throws -> LabelConsensus {
        try LabelConsensus(parameters: more)
    }

    private static func signal(_ step: DetectorStep) throws -> Signal {
        guard case .signal(let signal) = step else { throw DetectorError.answersMissing(detector: "another round") }
        return signal
    }

    private static func wantsMore(_ detector: LabelConsensus, _ answers: [ModelAnswer]) throws -> Bool {
        guard case .anotherRound = try detector.score(reference: cat, answers: answers) else { return false }
        return true
    }

    // log(0.9/0.5) = 0.5877867, log(0.5/0.1) = 1.6094379, log(0.95/0.05) = 2.9444390.
    @Test("the test weighs answers as its definition says")
    func weights() {
        let test = SequentialTest(p0: 0.9, p1: 0.5, alpha: 0.05, beta: 0.05)
        #expect(abs(test.agreement + 0.587_786_7) < 1e-6)
        #expect(abs(test.disagreement - 1.609_437_9) < 1e-6)
        #expect(abs(test.odd - 2.944_439) < 1e-6)
        #expect(abs(test.clean + 2.944_439) < 1e-6)
        #expect(abs(test.ratio(agreements: 3, of: 5) - (2 * 1.609_437_9 - 3 * 0.587_786_7)) < 1e-5)
    }

    @Test("asks sixteen copies in four rounds, and draws anew where a name comes again")
    func rounds() throws {
        let detector = try Self.detector()
        #expect(detector.copyRounds.map(\.count) == [4, 4, 4, 4])
        #expect(detector.mostCopies == 16)
        let uneven = try Self.detector(["round": .integer(6)])
        #expect(uneven.copyRounds.map(\.count) == [6, 6, 4])
    }

    // 4 agreements are -2.35, which settles nothing; 8 are -4.70.
    @Test("a label that every copy keeps is settled after two rounds")
    func agrees() throws {
        let detector = try Self.detector()
        #expect(try Self.wantsMore(detector, [Self.cat, Self.cat, Self.cat, Self.cat]))
        let signal = try Self.signal(
            detector.score(reference: Self.cat, answers: [ModelAnswer](repeating: Self.cat, count: 8)))
        #expect(abs(signal.score + 8 * 0.587_786_7) < 1e-5)
        #expect(signal.value("asked") == 8)
        #expect(signal.value("agreed") == 8)
        #expect(signal.value("label.0") == 8)
        #expect(signal.oddestCopy == nil)
    }

    // Three of four: 3 · 1.609 - 0.588 = 4.24, above 2.94.
    @Test("a label that most copies lose is settled after one round, and says which label came instead")
    func disagrees() throws {
        let worse = TestSubject.answer([0.1, 0.9])
        let signal = try Self.signal(
            Self.detector().score(reference: Self.cat, answers: [Self.dog, Self.cat, worse, Self.dog]))
        #expect(signal.score > 0)
        #expect(signal.evidence.map(\.name) == ["asked", "agreed", "label.1", "label.0"])
        #expect(signal.value("label.1") == 3)
        #expect(signal.oddestCopy == "random-resize-pad(90)")
    }

    @Test("what is never settled ends with the transforms")
    func ends() throws {
        let detector = try Self.detector([
            "transforms": .list(["median(2)", "jpeg(75)", "median(3)"]), "round": .integer(2),
        ])
        #expect(try Self.wantsMore(detector, [Self.cat, Self.dog]))
        let signal = try Self.signal(detector.score(reference: Self.cat, answers: [Self.cat, Self.dog, Self.cat]))
        #expect(abs(signal.score - (1.609_437_9 - 2 * 0.587_786_7)) < 1e-5)
        #expect(signal.value("asked") == 3)
    }

    @Test("labels alone are enough")
    func labels() throws {
        let cat = ModelAnswer(vectors: [try #require(ScoreVector(labels: ["cat"], values: [1]))])
        let dog = ModelAnswer(vectors: [try #require(ScoreVector(labels: ["dog"], values: [1]))])
        let signal = try Self.signal(Self.detector().score(reference: cat, answers: [dog, dog, dog, dog]))
        #expect(abs(signal.score - 4 * 1.609_437_9) < 1e-5)
        #expect(signal.level == 16)
        #expect(signal.oddestCopy == "median(2)")
    }

    @Test("each vector is counted, and the one that is odds with most decides")
    func vectors() throws {
        let reference = TestSubject.answer([0.9, 0.1], [0.9, 0.1])
        let half = TestSubject.answer([0.9, 0.1], [0.1, 0.9])
        let signal = try Self.signal(Self.detector().score(reference: reference, answers: [half, half, half, half]))
        #expect(abs(signal.score - 4 * 1.609_437_9) < 1e-5)
        #expect(signal.value("agreed") == 0)
        #expect(signal.value("label.0,1") == 4)
        #expect(signal.stratum == "vectors-2")
        // One vector is settled as clean, the other is not: both must be.
        let wavering = [half] + [ModelAnswer](repeating: reference, count: 7)
        guard case .anotherRound = try Self.detector().score(reference: reference, answers: wavering) else {
            Issue.record("settled too early")
            return
        }
    }

    @Test("another number of vectors agrees in none")
    func counts() throws {
        let reference = TestSubject.answer([0.9, 0.1], [0.9, 0.1])
        let answers = [ModelAnswer](repeating: Self.cat, count: 4)
        let signal = try Self.signal(Self.detector().score(reference: reference, answers: answers))
        #expect(signal.value("agreed") == 0)
    }

    @Test("no answers and more than were asked for are errors")
    func wrongCounts() throws {
        for count in [0, 17] {
            #expect(throws: DetectorError.answersMissing(detector: "label-consensus")) {
                try Self.detector().score(
                    reference: Self.cat, answers: [ModelAnswer](repeating: Self.cat, count: count))
            }
        }
    }

    @Test("an attacked agreement that is no less than the clean one, and too many transforms, are errors")
    func parameters() {
        #expect(
            throws: DetectorError.parameter(
                detector: "label-consensus", name: "attacked_agreement",
                allowed: "less than clean_agreement, which is 0.9")
        ) {
            try Self.detector(["attacked_agreement": .real(0.9)])
        }
        #expect(
            throws: DetectorError.parameter(
                detector: "label-consensus", name: "transforms", allowed: "a list of at most 64 defenses")
        ) {
            try Self.detector(["transforms": .list([String](repeating: "median(2)", count: 65))])
        }
    }
}
