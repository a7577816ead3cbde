import PixelCore
import Testing

@testable import AdversarialDetectors

@Suite("answer-doubt and answer-drop")
struct AnswerDropTests {
    private func answer(_ p: Double..., labels: [String] = ["a", "b", "c"]) throws -> ModelAnswer {
        ModelAnswer(vectors: [try #require(ScoreVector(labels: Array(labels.prefix(p.count)), values: p))])
    }

    private func signal(_ step: DetectorStep) throws -> Signal {
        guard case .signal(let signal) = step else { throw DetectorError.answersMissing(detector: "test") }
        return signal
    }

    @Test("adds the log-odds against the label up, and names the copy that doubts most")
    func doubt() throws {
        let detector = try AnswerDoubt(parameters: ["copies": .list(["median(2)", "bit-depth(1)"])])
        let found = try signal(
            detector.score(
                reference: answer(0.8, 0.1, 0.1), answers: [answer(0.5, 0.25, 0.25), answer(0.1, 0.9, 0)]))
        // log(0.5/0.5) + log(0.9/0.1)
        #expect(abs(found.score - 2.1972245773362196) < 1e-12)
        #expect(found.oddestCopy == "bit-depth(1)")
        #expect(abs((found.evidence.first?.value ?? 0) - 1.3862943611198908) < 1e-12)
    }

    @Test("is finite for saturated answers, answers of a label alone and top-k answers without the label")
    func extremes() throws {
        let detector = try AnswerDoubt(parameters: ["copies": .list(["median(2)"])])
        for copy in [
            try answer(1, 0, 0), try answer(0, 1, 0), try answer(1, labels: ["b"]), try answer(1, labels: ["a"]),
            try answer(0.6, 0.3, labels: ["b", "c"]), try answer(1e308, 1e308, 1.7e308), try answer(-1, 3, 2),
        ] {
            #expect(try signal(detector.score(reference: answer(1, 0, 0), answers: [copy])).score.isFinite)
        }
        let agreed = try signal(
            detector.score(reference: answer(1, labels: ["a"]), answers: [answer(1, labels: ["a"])]))
        let changed = try signal(
            detector.score(reference: answer(1, labels: ["a"]), answers: [answer(1, labels: ["b"])]))
        #expect(agreed.score == -16 && changed.score == 16)
    }

    @Test("takes another number of vectors for the greatest doubt, and the worst of several")
    func vectors() throws {
        let detector = try AnswerDoubt(parameters: ["copies": .list(["median(2)"])])
        let steady = try #require(ScoreVector(labels: ["0", "1"], values: [0.9, 0.1]))
        let moved = try #require(ScoreVector(labels: ["0", "1"], values: [0.2, 0.8]))
        let two = ModelAnswer(vectors: [steady, steady])
        let one = try signal(detector.score(reference: two, answers: [ModelAnswer(vectors: [steady])]))
        #expect(one.score == 16)
        #expect(one.stratum == "vectors-2")
        let worst = try signal(detector.score(reference: two, answers: [ModelAnswer(vectors: [steady, moved])]))
        #expect(abs(worst.score - 1.3862943611198908) < 1e-12)
    }

    @Test("an answer that did not come gives no score")
    func missing() throws {
        let detector = try AnswerDrop(parameters: [:])
        #expect(throws: DetectorError.answersMissing(detector: "answer-drop")) {
            try detector.score(reference: answer(1, 0), answers: [answer(1, 0), nil, answer(1, 0)])
        }
    }

    @Test("judges a drop by what clean images of the same confidence show")
    func fitted() throws {
        let plain = try AnswerDrop(parameters: ["copies": .list(["median(2)"])])
        // Clean: a copy of an image with log-odds l has l/2, give or take a tenth of l.
        var generator = ChaChaGenerator(key: [7])
        let sample = (0..<400).map { index -> DetectorFeatures in
            let l = Double(index % 100) / 10
            let noise = Double(generator.next() >> 11) * 0x1p-53 - 0.5
            return DetectorFeatures(stratum: "", values: [l, l / 2 + 0.2 * l * noise])
        }
        let detector = try plain.fitted(by: AnswerDrop.fit(sample))
        #expect(detector.isFitted)
        func p(_ logOdds: Double) -> Double {
            logOdds >= 0 ? 1 / (1 + StableExponential.of(-logOdds)) : 1 - 1 / (1 + StableExponential.of(logOdds))
        }
        func score(_ reference: Double, _ copy: Double) throws -> Double {
            try signal(
                detector.score(
                    reference: answer(p(reference), 1 - p(reference)), answers: [answer(p(copy), 1 - p(copy))])
            ).score
        }
        // As steady as clean ones, at both confidences; then much less so at the high one.
        #expect(abs(try score(2, 1)) < 1)
        #expect(abs(try score(9, 4.5)) < 1)
        #expect(try score(9, 1) > 3)
        // Steadier than clean buys no more than one scale.
        #expect(try score(9, 9) == -1)
    }

    @Test("refuses to learn from too few images, and numbers of another number of copies")
    func refused() throws {
        let few = (0..<99).map { _ in DetectorFeatures(stratum: "", values: [1, 2]) }
        #expect(throws: DetectorError.self) { try AnswerDrop.fit(few) }
        let many = (0..<200).map { DetectorFeatures(stratum: "", values: [Double($0), Double($0)]) }
        let fit = try AnswerDrop.fit(many)
        let three = try AnswerDrop(parameters: [:])
        #expect(throws: DetectorError.self) { try three.fitted(by: fit) }
        #expect(throws: DetectorError.self) { try three.fitted(by: DetectorFit(values: ["means": [.nan]])) }
    }
}

/// e^x by its series, for the test's own probabilities.
private enum StableExponential {
    static func of(_ x: Double) -> Double {
        var sum = 1.0
        var term = 1.0
        for n in 1...80 {
            term *= x / 16 / Double(n)
            sum += term
        }
        return (0..<4).reduce(sum) { value, _ in value * value }
    }
}
