import ArgumentParser
import Foundation
import RobustnessEvaluation

/// `PortcullisBenchmarks recovered`: the table `accuracy-recovered-SET`.
struct Recovered: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures what each defense puts back on attacked images, and what it costs clean ones.")

    @Option(help: "The name at the end of the table's: digits or cifar.")
    var set: String

    @Option(help: "A manifest of attacked images; those that still fool the unguarded model are taken.")
    var attacked: String

    @Option(help: "A manifest of clean images.")
    var clean: String

    @Option(help: "At most this many clean images, from the first.")
    var limit = 1000

    @Option(help: "The lab's RESULTS.md, for the reference's figures.")
    var reference: String

    @Option(help: "What the reference calls the set: mnist or cifar.")
    var referenceSet: String

    @Option(help: "The model's name at the lab's server; the embedded digit network where none is given.")
    var model: String?

    @Option(help: "The port of the lab's server, on loopback.")
    var port: UInt16 = 9100

    @Option(help: "Rows and columns of the served model's input.")
    var side = 32

    @Option(help: "Where the table goes.")
    var results = "docs/results"

    func run() throws {
        let images = try RecoveryImages(attacked: attacked, clean: clean, limit: limit)
        let judge: any ClassifierModel
        if let model {
            judge = ServedModel(name: model, port: port, side: side)
        } else {
            judge = try EmbeddedDigits()
        }
        let text = try String(contentsOfFile: reference, encoding: .utf8)
        let figures = ReferenceFigures(markdown: text, set: referenceSet)
        var summaries: [(summary: RecoverySummary, reference: String?)] = []
        for subject in try RecoverySubject.all() {
            let labels = try images.labels(after: subject, from: judge)
            let summary = RecoverySummary(title: subject.title, rows: images.rows, labels: labels)
            print("\(subject.title): clean \(summary.clean.text), recovered \(summary.all.text)")
            summaries.append((summary, subject.reference))
        }
        let table = ResultTable(
            name: "accuracy-recovered-\(set)", command: "make evaluate", commit: Commit.current(),
            machine: MachineDescription.current(),
            data: "\(attacked): attacked images that still fool the unguarded model as stored; \(clean): the first "
                + "\(limit) clean images. The reference's figures are on twice as many images of the same attacks "
                + "against the same models, its ALL weighted by the counts here, its clean images others",
            rows: summaries.flatMap { $0.summary.rows(reference: $0.reference, figures: figures) },
            introduction: RecoverySummary.matrix(summaries, figures: figures))
        try table.write(into: results)
    }
}
