import ImageDefenses
import PixelCore
import Testing

@testable import AdmissionPolicy

@Suite("Regions of a policy")
struct RegionPolicyTests {
    private static let regions = """
        name: images
            regions:
              amount: {x: 20, y: 0.1, width: 0.3, height: 40, anchor: top-right, pipeline: inks}
              payee: {x: 0.1, y: 0.4, width: 0.5, height: 0.1, pipeline: ["bit-depth(3)", "median(2)"]}
              memo: {x: 0, y: 0, width: 10, height: 10}
            pipelines:
              inks: ["median(2,lower)"]
        """

    private static func text(_ edits: [(String, String)] = []) -> String {
        var text = PolicyFixture.text.replacingFirst("name: images", with: regions)
        for (old, new) in edits {
            #expect(text.contains(old))
            text = text.replacingFirst(old, with: new)
        }
        return text
    }

    @Test("each box may have a pipeline of its own, which follows the route's")
    func own() throws {
        let text = Self.text([("format: png", "format: png, pipeline: [\"bit-depth(5)\", {use: median, region: memo}]")]
        )
        let route = try #require(try PolicyFixture.plan(text).routes.first)
        let steps = route.forward.pipeline.steps
        #expect(steps.map(\.descriptor.name) == ["bit-depth", "median", "median", "bit-depth", "median"])
        #expect(steps.map { $0.region?.name } == [nil, "memo", "amount", "payee", "payee"])
        #expect(route.regions.first?.anchor == .topRight)
        #expect(route.pipelines.map(\.name) == ["inks"])
    }

    @Test(
        "mistakes say where they are and what would do",
        arguments: [
            ("anchor: top-right", "anchor: middle", "top-left or top-right"),
            ("pipeline: inks", "pipeline: ink", "did you mean `inks`?"),
            ("\"bit-depth(3)\", \"median(2)\"", "\"area-resize(4,4)\"", "cannot be used in a region"),
            ("\"bit-depth(3)\", \"median(2)\"", "{use: median, region: memo}", "names a region of its own"),
            (
                "{pixels: sanitized, format: png}", "{pixels: original}",
                "region amount has no use with `pixels: original`"
            ),
            ("format: png", "pipeline: [{use: median, region: memos}]", "did you mean `memo`?"),
            ("format: png", "pipeline: [{use: area-resize, region: memo}]", "cannot be used in a region"),
            ("format: png", "pipeline: [\"area-resize(9,9)\", \"median(2)\"]", "resize by `forward.size` instead"),
        ])
    func mistakes(old: String, new: String, message: String) {
        let mistakes = PolicyFixture.mistakes(Self.text([(old, new)]))
        #expect(mistakes.contains { $0.message.contains(message) && $0.line > 0 }, "\(mistakes.map(\.message))")
    }
}

extension String {
    fileprivate func replacingFirst(_ old: String, with new: String) -> String {
        guard let range = firstRange(of: old) else { return self }
        return replacingCharacters(in: range, with: new)
    }

    private func replacingCharacters(in range: Range<Index>, with new: String) -> String {
        String(self[..<range.lowerBound]) + new + String(self[range.upperBound...])
    }
}
