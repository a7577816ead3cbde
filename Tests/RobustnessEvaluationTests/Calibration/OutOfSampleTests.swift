import AdversarialDetectors
import Testing

@testable import RobustnessEvaluation

@Suite("OutOfSample")
struct OutOfSampleTests {
    @Test("scores that are alike in both halves are flagged at the rate")
    func holdsRate() throws {
        let figures = OutOfSample.measure(
            CleanSample.images(4000), detectors: [CleanSample.detector("a")], rates: [0.05])
        let figure = try #require(figures.first { $0.subject == .detector("a") })
        #expect(figure.flagged.total == 4000)
        // Thresholds of 2,000 judge 2,000, twice: three times sqrt(0.05·0.95·(1/2000 + 1/2000)/2).
        #expect(abs((figure.flagged.share ?? 0) - 0.05) < 0.015)
    }

    @Test("the class that is flagged most is named with its own share")
    func namesWorstClass() throws {
        let images = CleanSample.images(1000).map { image in
            let isOdd = image.label == "7"
            return CleanImage(
                sha256: image.sha256,
                scores: image.scores.map { .init(detector: $0.detector, score: $0.score + (isOdd ? 0.5 : 0)) },
                label: image.label)
        }
        let figures = OutOfSample.measure(images, detectors: [CleanSample.detector("a")], rates: [0.05])
        let worst = try #require(figures.first { $0.subject == .detector("a") }?.worstClass)
        #expect(worst.label == "7")
        #expect((worst.flagged.share ?? 0) > 0.3)
        #expect(worst.flagged.total == 100)
    }

    @Test("classes of fewer than twenty images are not looked at")
    func leavesSmallClasses() {
        let figures = OutOfSample.measure(
            CleanSample.images(190), detectors: [CleanSample.detector("a")], rates: [0.05])
        #expect(figures.allSatisfy { $0.worstClass == nil })
    }

    @Test("any detector alone is flagged more often than each, and both combinations are measured")
    func addsUp() throws {
        let names = ["a", "b", "c"]
        let figures = OutOfSample.measure(
            CleanSample.images(2000, detectors: names), detectors: names.map { CleanSample.detector($0) },
            rates: [0.05, 0.01])
        func count(_ subject: OutOfSample.Subject) throws -> Int {
            try #require(figures.first { $0.subject == subject && $0.rate == 0.05 }).flagged.count
        }
        let each = try names.map { try count(.detector($0)) }
        #expect(try count(.any) > each.max() ?? 0)
        #expect(try count(.any) <= each.reduce(0, +))
        #expect(try count(.all(.minP)) < count(.any))
        #expect(figures.contains { $0.subject == .all(.truncatedCauchy) && $0.rate == 0.01 })
    }

    @Test("halves differ, and the fit part too, by the hash alone")
    func splitsByHash() {
        let hashes = (0..<2000).map(CleanSample.hash)
        let ones = hashes.count { SampleSplit.half($0) == 1 }
        let fit = hashes.count { SampleSplit.isForFit($0, share: 0.25) }
        #expect((900...1100).contains(ones))
        #expect((430...570).contains(fit))
        #expect(hashes.allSatisfy { !SampleSplit.isForFit($0, share: 0) && SampleSplit.isForFit($0, share: 1) })
    }
}

@Suite("SampleSplit")
struct SampleSplitTests {
    private static func file(_ path: String, _ index: Int) -> SampleFile {
        SampleFile(path: path, sha256: CleanSample.hash(index), mediaType: nil)
    }

    @Test("identical files count once, and the order in which they come does not matter")
    func countsOnce() {
        let files = [Self.file("b", 1), Self.file("a", 1), Self.file("c", 2)]
        let split = SampleSplit(files, fitShare: 0)
        #expect(split.duplicates == 1)
        #expect(Set(split.threshold.map(\.path)) == ["a", "c"])
        #expect(SampleSplit(files.reversed(), fitShare: 0) == split)
        #expect(split.rule == "all files set thresholds")
    }

    @Test("a file stays on its side when others come")
    func staysOnItsSide() {
        let few = (0..<50).map { Self.file("\($0)", $0) }
        let many = (0..<500).map { Self.file("\($0)", $0) }
        let small = SampleSplit(few, fitShare: 0.5)
        let large = SampleSplit(many, fitShare: 0.5)
        #expect(Set(small.fit).isSubset(of: Set(large.fit)))
        #expect(Set(small.threshold).isSubset(of: Set(large.threshold)))
        #expect(small.fit.count + small.threshold.count == 50)
        #expect(!small.fit.isEmpty && !small.threshold.isEmpty)
    }
}
