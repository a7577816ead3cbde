import Testing

@testable import RobustnessEvaluation

@Suite("AttackSummary")
struct AttackSummaryTests {
    private func attacked(
        _ attack: String, _ handling: ImageOutcome.Handling, answer: String?, fools: Bool = true, score: Double? = nil
    ) -> ImageOutcome {
        ImageOutcome(
            attack: attack, trueLabel: "4", attackerLabel: "7", isStillAdversarial: fools, handling: handling,
            answerLabel: answer, score: score)
    }

    private func clean(_ handling: ImageOutcome.Handling, answer: String?, score: Double? = nil) -> ImageOutcome {
        ImageOutcome(
            attack: nil, trueLabel: "4", attackerLabel: nil, isStillAdversarial: false, handling: handling,
            answerLabel: answer, score: score)
    }

    @Test("counts what still fools the model, and the rest only as images")
    func attacks() throws {
        let summary = AttackSummary([
            attacked("pgd", .flagged, answer: "7", score: 3), attacked("pgd", .rejected, answer: nil, score: 1),
            attacked("pgd", .diverted, answer: nil, score: 2), attacked("pgd", .forwarded, answer: "7", score: 0.5),
            attacked("pgd", .forwarded, answer: "4"), attacked("pgd", .failed, answer: nil),
            attacked("pgd", .forwarded, answer: "4", fools: false, score: 99),
            attacked("deepfool", .flagged, answer: "4"), attacked("deepfool", .forwarded, answer: "9"),
        ])
        #expect(summary.attacks.map(\.name) == ["deepfool", "pgd", "ALL"])
        let pgd = summary.attacks[1]
        #expect(pgd.images == 7)
        #expect(pgd.detected == Proportion(3, of: 6))
        #expect(pgd.acceptedUnflagged == Proportion(1, of: 6))
        #expect(pgd.answeredRight == Proportion(1, of: 6))
        #expect(pgd.failed == 1)
        #expect(pgd.medianScore == 1)
        let all = try #require(summary.all)
        #expect(all.images == 9)
        #expect(all.detected == Proportion(4, of: 8))
        #expect(all.acceptedUnflagged == Proportion(1, of: 8))
        #expect(all.answeredRight == Proportion(2, of: 8))
        #expect(summary.clean == nil)
    }

    @Test("a flagged answer with the attacker's label is detected, not accepted")
    func flaggedIsNotAccepted() {
        let outcome = attacked("pgd", .flagged, answer: "7")
        #expect(outcome.isDetected)
        #expect(!outcome.isAcceptedWithAttackersLabel)
        #expect(!outcome.isAnsweredRight)
    }

    @Test("an attacker's label that is the true one is no success of the attacker")
    func harmlessLabel() {
        var outcome = attacked("pgd", .forwarded, answer: "4", fools: false)
        outcome.attackerLabel = "4"
        #expect(!outcome.isAcceptedWithAttackersLabel)
        #expect(outcome.isAnsweredRight)
    }

    @Test("an answer that no client got is no answer", arguments: [ImageOutcome.Handling.rejected, .diverted, .failed])
    func withheld(handling: ImageOutcome.Handling) {
        #expect(!attacked("pgd", handling, answer: "4").isAnsweredRight)
        #expect(!attacked("pgd", handling, answer: "7").isAcceptedWithAttackersLabel)
    }

    @Test("clean images are right and unflagged, or false positives, or wrong, or failed")
    func cleanImages() throws {
        let summary = AttackSummary([
            clean(.forwarded, answer: "4", score: 0.1), clean(.forwarded, answer: "4", score: .nan),
            clean(.forwarded, answer: "9"), clean(.flagged, answer: "4", score: 0.4), clean(.failed, answer: nil),
        ])
        let figures = try #require(summary.clean)
        #expect(figures.answeredRightUnflagged == Proportion(2, of: 5))
        #expect(figures.falsePositives == Proportion(1, of: 5))
        #expect(figures.failed == 1)
        #expect(figures.medianScore == 0.1)
        #expect(summary.attacks.isEmpty)
        #expect(summary.all == nil)
    }

    @Test("its tables line up and say what the shares are of")
    func text() {
        let summary = AttackSummary([
            attacked("pgd", .flagged, answer: "7", score: 1.5), clean(.forwarded, answer: "4"),
        ])
        let lines = summary.text().split(separator: "\n", omittingEmptySubsequences: false).map { Array($0) }
        let figures = "1.000 [0.025, 1.000] 1/1        0.000 [0.000, 0.975] 0/1  0.000 [0.000, 0.975] 0/1"
        #expect(String(lines[3]) == "ALL          1  \(figures)           1.5       0")
        #expect(Set(lines[0..<4].map(\.count)).count == 1)
        #expect(String(lines[6]).hasPrefix("clean  images  answered right, unflagged"))
        #expect(Set(lines[6..<9].map(\.count)).count == 1)
        #expect(summary.text().contains("still fool the unguarded model"))
        #expect(AttackSummary([]).text().isEmpty)
    }

    @Test("its rows carry intervals, and targets where there are any")
    func rows() {
        let summary = AttackSummary([
            attacked("pgd", .flagged, answer: "7"), attacked("harmless", .forwarded, answer: "4", fools: false),
            clean(.forwarded, answer: "4"),
        ])
        let rows = summary.rows(targets: ["detected ALL": .atLeast(0.985)])
        #expect(
            rows.map(\.name) == [
                "detected pgd", "accepted with attacker's label pgd", "answered right pgd", "detected ALL",
                "accepted with attacker's label ALL", "answered right ALL", "answered right and unflagged clean",
                "false positives clean",
            ])
        #expect(rows.filter { $0.target != nil }.map(\.isMet) == [true])
        #expect(rows.allSatisfy { $0.interval != nil && $0.unit == "share" })
    }
}
