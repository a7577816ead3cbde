import RobustnessEvaluation
import Testing

@testable import PortcullisCLI

@Suite("Calibration")
struct CalibrationTests {
    @Test("the threshold is the reference's: a share of the scores lies strictly above it")
    func setsThreshold() throws {
        let calibration = try Calibration(role: "r", rate: 0.05, scores: (1...100).map { Double($0) })
        #expect(calibration.threshold == 95)
        #expect(calibration.text(detector: "d").contains("above: {raw: 95.0}"))
    }

    @Test("needs scores that are finite", arguments: [[], [Double.nan]])
    func refuses(scores: [Double]) {
        #expect(throws: CommandFailure.self) { try Calibration(role: "r", rate: 0.05, scores: scores) }
    }

    @Test("judges by the score alone, but leaves failures")
    func judges() throws {
        let calibration = try Calibration(role: "r", rate: 0, scores: [1])
        var outcome = ImageOutcome(
            attack: "a", trueLabel: "1", attackerLabel: "2", isStillAdversarial: true, handling: .forwarded,
            answerLabel: "2", score: 1.5)
        #expect(calibration.judge(outcome).handling == .flagged)
        outcome.score = 1
        #expect(calibration.judge(outcome).handling == .forwarded)
        outcome.handling = .failed
        #expect(calibration.judge(outcome).handling == .failed)
    }
}

@Suite("TargetText")
struct TargetTextTests {
    @Test("reads a row's name and its bound")
    func reads() throws {
        let targets = try TargetText.parse(["detected ALL>=0.985", " false positives clean <= 0.05"])
        #expect(targets == ["detected ALL": .atLeast(0.985), "false positives clean": .atMost(0.05)])
    }

    @Test("refuses anything else", arguments: ["", "detected ALL", "x=1", "x>=", "x>=nan"])
    func refuses(text: String) {
        #expect(throws: CommandFailure.self) { try TargetText.parse([text]) }
    }
}

@Suite("EvaluationImages")
struct EvaluationImagesTests {
    private static func withManifest(_ text: String, _ body: (String) throws -> Void) throws {
        let folder = try StateFolders.makeTemporary()
        defer { StateFolders.remove(folder) }
        try OutputFile.write(Array(text.utf8), to: folder + "/m.csv", isForced: false)
        try body(folder + "/m.csv")
    }

    private static let attacked =
        "file,attack,true_label,pred_adv_png,still_adversarial\na.png,x,1,2,1\nb.png,x,1,2,1\nc.png,y,1,2,1\n"

    @Test("takes the wanted attacks, and so many of each")
    func selects() throws {
        try Self.withManifest(Self.attacked) { path in
            let limited = try EvaluationImages(manifests: [path], attacks: [], roles: [], limit: 1)
            #expect(limited.items.map(\.row.file) == ["a.png", "c.png"])
            let named = try EvaluationImages(manifests: [path], attacks: ["y"], roles: [], limit: nil)
            #expect(named.items.map(\.row.file) == ["c.png"])
        }
    }

    @Test("an attack or role that no manifest has is a mistake")
    func refusesUnknown() throws {
        try Self.withManifest(Self.attacked) { path in
            #expect(throws: CommandFailure.self) {
                try EvaluationImages(manifests: [path], attacks: ["z"], roles: [], limit: nil)
            }
            #expect(throws: CommandFailure.self) {
                try EvaluationImages(manifests: [path], attacks: [], roles: ["clean"], limit: nil)
            }
        }
    }
}

@Suite("Handling")
struct HandlingTests {
    @Test(
        "recorded verdicts become endings, and none a failure",
        arguments: [
            ("forward", ImageOutcome.Handling.forwarded), ("flag", .flagged), ("divert", .diverted),
            ("reject", .rejected), (nil, .failed), ("?", .failed),
        ] as [(String?, ImageOutcome.Handling)])
    func maps(verdict: String?, expected: ImageOutcome.Handling) {
        #expect(ImageOutcome.Handling(verdict: verdict) == expected)
    }
}
