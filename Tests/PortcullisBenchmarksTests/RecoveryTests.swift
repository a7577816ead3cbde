import ImageDefenses
import RobustnessEvaluation
import Testing

@testable import PortcullisBenchmarks

@Suite("ReferenceFigures")
struct ReferenceFiguresTests {
    private static let markdown = """
        ### Accuracy recovered on still-adversarial cifar images by each preprocessor alone
        | preprocessor | clean acc (n) | pgd_8 | ALL |
        |---|---|---|---|
        | none | 0.847 (1000) | 0.00 | 0.000 |

        ### Accuracy recovered on still-adversarial mnist images by each preprocessor alone and clean cost

        | preprocessor | clean acc (n) | clean cost | pgd | jsma | ALL |
        |---|---|---|---|---|---|
        | ART bits=1 | 0.992 (1000) | +0.002 | 0.90 | - | 0.793 |
        | torn | 0.5 |

        | preprocessor | other |
        | ART bits=1 | 7 |
        """

    @Test("reads the table of its set alone")
    func reads() {
        let figures = ReferenceFigures(markdown: Self.markdown, set: "mnist")
        #expect(figures.figure("ART bits=1", "pgd") == 0.9)
        #expect(figures.figure("ART bits=1", "clean") == 0.992)
        #expect(figures.figure("ART bits=1", "ALL") == 0.793)
        #expect(figures.figure("ART bits=1", "jsma") == nil)
        #expect(figures.figure("torn", "clean") == nil)
        #expect(figures.figure("none", "clean") == nil)
        #expect(ReferenceFigures(markdown: Self.markdown, set: "cifar").figure("none", "clean") == 0.847)
        #expect(ReferenceFigures(markdown: "", set: "cifar").figure("none", "clean") == nil)
    }
}

@Suite("RecoverySummary")
struct RecoverySummaryTests {
    private static let manifest = """
        file,attack,true_label,pred_adv_png,still_adversarial
        a.png,pgd,1,2,1
        b.png,pgd,3,2,1
        c.png,jsma,4,5,1
        d.png,jsma,4,5,1
        e.png,jsma,6,5,1
        """
    private static let clean = "file,role,true_label\nf.png,benign,7\ng.png,benign,8\n"
    private static let reference = """
        # Accuracy recovered on still-adversarial x images
        | preprocessor | clean acc | pgd | jsma | ALL |
        |-|-|-|-|-|
        | theirs | 0.9 | 0.25 | 0.5 | 0.1 |
        """

    private func summary() throws -> RecoverySummary {
        let rows =
            try Manifest.parse(Array(Self.manifest.utf8), origin: "a.csv").rows
            + Manifest.parse(Array(Self.clean.utf8), origin: "b.csv").rows
        return RecoverySummary(title: "ours", rows: rows, labels: ["1", "2", "4", "5", "6", "7", "7"])
    }

    @Test("counts true labels by attack, overall and on clean images")
    func counts() throws {
        let summary = try summary()
        #expect(summary.attacks.map(\.name) == ["jsma", "pgd"])
        #expect(summary.attacks.map(\.recovered) == [Proportion(2, of: 3), Proportion(1, of: 2)])
        #expect(summary.all == Proportion(3, of: 5))
        #expect(summary.clean == Proportion(1, of: 2))
    }

    @Test("stands beside the reference, whose total is weighted by our counts")
    func besideReference() throws {
        let figures = ReferenceFigures(markdown: Self.reference, set: "x")
        let rows = try summary().rows(reference: "theirs", figures: figures)
        #expect(rows.map(\.name) == ["ours; clean", "ours; ALL", "ours; jsma", "ours; pgd"])
        #expect(rows.map { $0.peer?.value } == [0.9, 0.4, 0.5, 0.25])
        #expect(rows.allSatisfy { $0.target == nil && $0.peer?.ratio == nil })
        #expect(try summary().rows(reference: nil, figures: figures).allSatisfy { $0.peer == nil })
        let matrix = RecoverySummary.matrix([(try summary(), "theirs"), (try summary(), nil)], figures: figures)
        #expect(
            matrix == """
                | pipeline | clean | ALL | reference: clean | reference: ALL | jsma | pgd |
                | --- | ---: | ---: | ---: | ---: | ---: | ---: |
                | ours | 0.50 | 0.60 | 0.90 | 0.40 | 0.67 | 0.50 |
                | ours | 0.50 | 0.60 |  |  | 0.67 | 0.50 |
                """)
    }

    @Test("every defense of the catalogue is tried, none twice, and the recommended pipelines are")
    func subjects() throws {
        let subjects = try RecoverySubject.all()
        let titles = subjects.map(\.title)
        #expect(Set(titles).count == titles.count)
        for descriptor in DefenseCatalogue.descriptors {
            #expect(titles.contains { $0.hasPrefix(descriptor.name) }, "\(descriptor.name) is not measured")
        }
        for proposal in RecommendedPipeline.all { #expect(titles.contains { $0.hasPrefix("\(proposal.name): ") }) }
        #expect(subjects.first?.pipeline.steps.isEmpty == true)
        let dark = subjects.filter(\.takesDarkInk).map(\.title)
        #expect(dark.contains { $0.hasPrefix("document: ") } && dark.contains { $0.hasPrefix("despeckle") })
        #expect(!dark.contains { $0.hasPrefix("median") || $0.hasPrefix("photo") })
    }
}

@Suite("ServedModel")
struct ServedModelTests {
    @Test("an answer is whole when its length says so")
    func body() throws {
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nContent-Length: 4\r\n\r\n"
        #expect(try BlockingExchange.body(of: Array((head + "abc").utf8)) == nil)
        #expect(try BlockingExchange.body(of: Array((head + "abcd").utf8)) == Array("abcd".utf8))
        #expect(try BlockingExchange.body(of: Array("HTTP/1.1 200".utf8)) == nil)
        #expect(throws: LoadError.self) {
            try BlockingExchange.body(of: Array("HTTP/1.1 400 Bad\r\ncontent-length: 0\r\n\r\n".utf8))
        }
        #expect(throws: LoadError.self) { try BlockingExchange.body(of: Array("HTTP/1.1 200 OK\r\n\r\n".utf8)) }
    }

    @Test(
        "the first of equal greatest values is meant", arguments: [([0, 2, 2], 1), ([3, 1], 0), ([], 0), ([-1], 0)])
    func argmax(values: [Double], index: Int) {
        #expect(Argmax.index(of: values) == index)
    }
}
