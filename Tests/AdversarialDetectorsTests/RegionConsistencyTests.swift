import AdversarialDetectors
import ImageDefenses
import PixelCore
import Testing

@Suite("RegionConsistency")
struct RegionConsistencyTests {
    private static let steady = TestSubject.answer([0.9, 0.1])
    private static let page = PixelShape(width: 100, height: 60, channels: 3)

    private static func signal(_ answers: [ModelAnswer?], regions: [String]? = nil) throws -> Signal {
        let parameters = regions.map { ["regions": ParameterValue.list($0)] } ?? [:]
        let detector = try RegionConsistency(parameters: parameters)
        let step = try detector.score(reference: steady, answers: answers, page: #require(page))
        guard case .signal(let signal) = step else { throw DetectorError.answersMissing(detector: "test") }
        return signal
    }

    @Test("covers each quadrant in turn")
    func copies() throws {
        let detector = try RegionConsistency(parameters: [:])
        let copies = detector.copies(round: 0, signals: [])
        #expect(
            copies.map(\.pipeline.name) == [
                "occlude(0,0)", "occlude(50,0)", "occlude(0,50)", "occlude(50,50)",
            ])
        #expect(copies.allSatisfy { $0.pipeline.isDeterministic })
    }

    @Test("points at the region without which the answer changes most")
    func box() throws {
        let changed = TestSubject.answer([0.2, 0.8])
        let signal = try Self.signal([Self.steady, TestSubject.answer([0.8, 0.2]), changed, Self.steady])
        #expect(abs(signal.score - 1.4) < 1e-12)
        #expect(signal.oddestCopy == "occlude(0,50)")
        #expect(signal.boxes == [Region(x: 0, y: 30, width: 50, height: 30)])
        #expect(signal.evidence.count == 4)
    }

    @Test("points nowhere when no region matters, and without the page")
    func noBox() throws {
        #expect(try Self.signal([Self.steady, Self.steady, Self.steady, Self.steady]).boxes.isEmpty)
        let detector = try RegionConsistency(parameters: ["regions": .list(["occlude(0,0,50,50)"])])
        let step = try detector.score(reference: Self.steady, answers: [TestSubject.answer([0.2, 0.8])])
        guard case .signal(let signal) = step else {
            Issue.record("one round is enough")
            return
        }
        #expect(signal.boxes.isEmpty)
        #expect(signal.oddestCopy == "occlude(0,0)")
    }

    @Test("takes boxes to cover and nothing else")
    func regions() throws {
        let signal = try Self.signal([TestSubject.answer([0.1, 0.9])], regions: ["occlude(0,0,100,50,white)"])
        #expect(signal.boxes == [Region(x: 0, y: 0, width: 100, height: 30)])
        #expect(
            throws: DetectorError.parameter(
                detector: "region-consistency", name: "regions",
                allowed: "a list of boxes to cover, such as occlude(0,0,50,50)")
        ) {
            try RegionConsistency(parameters: ["regions": .list(["occlude", "median(2)"])])
        }
    }

    @Test("works on labels alone")
    func labels() throws {
        let detector = try RegionConsistency(parameters: ["regions": .list(["occlude"])])
        let cat = ModelAnswer(vectors: [try #require(ScoreVector(labels: ["cat"], values: [1]))])
        let dog = ModelAnswer(vectors: [try #require(ScoreVector(labels: ["dog"], values: [1]))])
        for (answer, score) in [(cat, 0.0), (dog, 2.0)] {
            guard case .signal(let signal) = try detector.score(reference: cat, answers: [answer]) else { continue }
            #expect(signal.score == score)
        }
    }
}
