import ImageDefenses
import PixelCore
import Testing

@testable import AdmissionPolicy

@Suite("Cost of pipelines")
struct PipelineCostTests {
    private static func text(_ forward: String, limits: String = "{pixels: 50 MP}") -> String {
        PolicyFixture.text.replacing("{pixels: sanitized, format: png}", with: forward)
            .replacing("scores: auto", with: "scores: auto\n    limits: \(limits)")
    }

    @Test("minutes of a thread for one image are a mistake that says what would do")
    func minutes() {
        let text = Self.text("{pipeline: [{use: total-variation-minimization, iterations: 2000}]}")
        let mistakes = PolicyFixture.mistakes(text)
        #expect(mistakes.contains { $0.message.contains("s of one thread") && $0.message.contains("limits.pixels") })
    }

    @Test("the same on small images is none, nor where the model's size is small")
    func small() {
        let slow = "pipeline: [{use: total-variation-minimization, iterations: 2000}]"
        #expect(PolicyFixture.mistakes(Self.text("{\(slow)}", limits: "{pixels: 0.1 MP}")).isEmpty)
        #expect(PolicyFixture.mistakes(Self.text("{\(slow), size: {width: 224, height: 224}}")).isEmpty)
    }

    @Test("sides and regions bound the cost as well as pixels do")
    func bounds() {
        let slow = "pipeline: [{use: total-variation-minimization, iterations: 2000}]"
        #expect(PolicyFixture.mistakes(Self.text("{\(slow)}", limits: "{width: 200, height: 200}")).isEmpty)
        let regional = PolicyFixture.text.replacing(
            "scores: auto",
            with:
                "scores: auto\n    regions: {r: {x: 0, y: 0, width: 100, height: 50, pipeline: [\"nl-means(31,9,2)\"]}}"
        )
        #expect(PolicyFixture.mistakes(regional).isEmpty)
    }

    @Test("seconds are a warning")
    func seconds() throws {
        let plan = try PolicyFixture.plan(Self.text("{pipeline: [nl-means]}"))
        #expect(plan.warnings.contains { $0.message.contains("s of one thread for the largest image") })
        #expect(try PolicyFixture.plan().warnings.isEmpty)
    }

    @Test("predictions grow with pixels, parameters and what a resize makes")
    func prediction() throws {
        let small = try #require(PixelShape(width: 100, height: 100, channels: 3))
        let large = try #require(PixelShape(width: 1000, height: 1000, channels: 3))
        func seconds(_ steps: [String], _ shape: PixelShape) throws -> Double {
            try DefensePipeline(name: "p", steps: steps.map { try DefenseCatalogue.parse($0) }).predictedSeconds(
                for: shape)
        }
        #expect(try seconds(["median(2)"], large) > 50 * seconds(["median(2)"], small))
        #expect(try seconds(["median(9)"], large) > 10 * seconds(["median(2)"], large))
        #expect(try seconds(["area-resize(1000,1000)", "nl-means"], small) >= seconds(["nl-means"], large))
    }

    @Test("what is held counts the copy that a second step works on, and the size that a resize makes")
    func memory() throws {
        let shape = try #require(PixelShape(width: 100, height: 100, channels: 3))
        func bytes(_ steps: [String]) throws -> Int {
            try DefensePipeline(name: "p", steps: steps.map { try DefenseCatalogue.parse($0) }).workingBytes(for: shape)
        }
        #expect(try bytes([]) == 0)
        #expect(try bytes(["median(2)"]) == 60_000)
        #expect(try bytes(["median(2)", "median(3)"]) == 90_000)
        #expect(try bytes(["area-resize(1000,1000)", "median(2)"]) == 9_000_000)
        #expect(try bytes(["total-variation"]) > 100 * 100 * 12)
    }
}
