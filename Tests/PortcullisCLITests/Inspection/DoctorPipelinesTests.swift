import AdmissionPolicy
import AdversarialDetectors
import ImageDefenses
import Testing

@testable import PortcullisCLI

@Suite("DoctorPipelines")
struct DoctorPipelinesTests {
    private static func route() throws -> RoutePlan {
        let text = """
            version: 1
            name: t
            mode: enforce
            routes:
              - name: r
                pipelines: {soft: ["jpeg(85)"], used: ["median(2)"], none: []}
                forward: {pipeline: used}
                detectors: [{use: feature-squeezing, squeezers: ["bit-depth(1)", "median(3)"]}]
                rules: [{when: {detector: feature-squeezing, above: {raw: 1}}, then: flag}]

            """
        return try #require(try PolicyLoader.load(bytes: Array(text.utf8), origin: "t").routes.first)
    }

    private static func answer(_ values: [Double]) throws -> ModelAnswer {
        ModelAnswer(vectors: [try #require(ScoreVector(labels: ["a", "b"], values: values))])
    }

    @Test("measures what is forwarded, what is named and what detectors ask about, each once")
    func uses() throws {
        let uses = DoctorPipelines.uses(of: try Self.route())
        #expect(uses.map(\.pipeline.name) == ["used", "soft", "bit-depth(1)", "median(3)"])
        #expect(uses.map(\.purpose) == ["forwarded", "named", "feature-squeezing", "feature-squeezing"])
    }

    @Test("a pipeline that leaves every label is fine; one that does not is a warning that says what to do")
    func findings() throws {
        let use = try #require(DoctorPipelines.uses(of: try Self.route()).first)
        let originals = [try Self.answer([0.9, 0.1]), try Self.answer([0.2, 0.8])]
        let same = DoctorPipelines.finding(use, originals: originals, answers: originals)
        #expect(same.level == .ok)
        #expect(same.text.contains("2/2"))
        let flipped = DoctorPipelines.finding(use, originals: originals, answers: [originals[0], originals[0]])
        #expect(flipped.level == .warn)
        #expect(flipped.text.contains("1/2"))
        #expect(flipped.fix?.contains("weaker steps") == true)
        let missing = DoctorPipelines.finding(use, originals: originals, answers: [originals[0], nil])
        #expect(missing.level == .warn)
        #expect(missing.text.contains("1/1"))
        #expect(missing.text.contains("1 could not be made or got no scores"))
    }
}
