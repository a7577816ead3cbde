import Testing

@testable import ImageDefenses

@Suite("RecommendedPipeline")
struct RecommendedPipelineTests {
    @Test("every proposal can be made, and is named and explained")
    func proposals() throws {
        #expect(RecommendedPipeline.all.map(\.name) == ["photo", "document", "high-security"])
        for proposal in RecommendedPipeline.all {
            let pipeline = try proposal.pipeline()
            #expect(pipeline.name == proposal.name)
            #expect(pipeline.steps.count == proposal.steps.count)
            #expect(proposal.purpose.hasSuffix("."))
        }
    }
}
