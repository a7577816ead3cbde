import Testing

@testable import RobustnessEvaluation

/// An image with a p-value of one detector and of the combination.
private func image(
    attack: String? = nil, role: String? = nil, truth: String = "4", attacker: String? = nil, fools: Bool = true,
    pValue: Double?, reads: String? = nil
) -> EvaluatedImage {
    var image = EvaluatedImage(
        file: "x.png", role: role,
        outcome: ImageOutcome(
            attack: attack, trueLabel: truth, attackerLabel: attacker, isStillAdversarial: attack != nil && fools,
            handling: .forwarded, answerLabel: reads))
    image.scores = ["squeeze": .init(score: 1, pValue: pValue)]
    image.combined = pValue
    image.modelLabel = reads
    return image
}

@Suite("DetectionRates")
struct DetectionRatesTests {
    @Test("counts what fools the model, and takes a missing p-value for not detected")
    func counts() throws {
        let rates = DetectionRates(
            [
                image(attack: "pgd", pValue: 0.01), image(attack: "pgd", pValue: 0.05),
                image(attack: "pgd", pValue: 0.051), image(attack: "pgd", pValue: nil),
                image(attack: "pgd", fools: false, pValue: 0.001), image(attack: "cw", pValue: 0.001),
                image(role: "clean_test", pValue: 0.04), image(role: "clean_test", pValue: 0.5),
            ], rates: [0.05, 0.01])
        #expect(rates.detectors == ["squeeze", "combined"])
        #expect(rates.attacks == ["cw", "pgd", "ALL"])
        #expect(rates.cell("combined", "pgd", 0.05)?.detected == Proportion(2, of: 4))
        #expect(rates.cell("squeeze", "pgd", 0.01)?.detected == Proportion(1, of: 4))
        #expect(rates.cell("combined", "ALL", 0.05)?.detected == Proportion(3, of: 5))
        let clean = try #require(rates.clean.first { $0.role == "ALL" && $0.rate == 0.05 })
        #expect(clean.falsePositives == Proportion(1, of: 2))
        #expect(clean.worstClass == nil)
    }

    @Test("names the class that is flagged most, among those with enough images")
    func worstClass() throws {
        let images =
            (0..<20).map { image(role: "r", truth: "3", pValue: $0 < 4 ? 0.01 : 0.9) }
            + (0..<20).map { image(role: "r", truth: "8", pValue: $0 < 1 ? 0.01 : 0.9) }
            + [image(role: "r", truth: "5", pValue: 0.01)]
        let cell = try #require(DetectionRates(images, rates: [0.05]).clean.first)
        #expect(cell.worstClass == .init(name: "3", falsePositives: Proportion(4, of: 20)))
    }
}

@Suite("ReceiverCurve")
struct ReceiverCurveTests {
    @Test("gives the area that scikit-learn gives, ties counting half")
    func area() throws {
        // sklearn.metrics.roc_auc_score([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]) == 0.75
        let curve = try #require(ReceiverCurve(clean: [0.1, 0.4], attacked: [0.35, 0.8]))
        #expect(abs(curve.area - 0.75) < 1e-12)
        #expect(curve.points.first == .init(falsePositives: 0, detected: 0))
        #expect(curve.points.last == .init(falsePositives: 1, detected: 1))
        let tied = try #require(ReceiverCurve(clean: [1, 1], attacked: [1]))
        #expect(tied.area == 0.5)
    }

    @Test("is not made of nothing, nor of what is no number")
    func refused() {
        #expect(ReceiverCurve(clean: [], attacked: [1]) == nil)
        #expect(ReceiverCurve(clean: [.nan], attacked: [1]) == nil)
    }
}

@Suite("ProtectionFrontier")
struct ProtectionFrontierTests {
    @Test("sets accepted attacks against served clean images at each rate")
    func frontier() throws {
        let frontier = try #require(
            ProtectionFrontier([
                image(attack: "pgd", attacker: "7", pValue: 0.04, reads: "7"),
                image(attack: "pgd", attacker: "7", pValue: 0.9, reads: "7"),
                image(attack: "pgd", attacker: "7", pValue: 0.9, reads: "4"),
                image(role: "r", pValue: 0.02, reads: "4"), image(role: "r", pValue: 0.9, reads: "4"),
                image(role: "r", pValue: 0.9, reads: "9"),
            ]))
        let open = try #require(frontier.points.first)
        #expect(open.accepted == Proportion(2, of: 3))
        #expect(open.served == Proportion(2, of: 3))
        let strict = try #require(frontier.points.first { $0.rate == 0.05 })
        #expect(strict.accepted == Proportion(1, of: 3))
        #expect(strict.served == Proportion(1, of: 3))
    }
}
