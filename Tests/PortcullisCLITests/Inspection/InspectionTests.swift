import AdmissionPolicy
import AdversarialDetectors
import ClassifierProtocols
import Foundation
import ImageCodecs
import PixelCore
import Testing

@testable import PortcullisCLI

@Suite("Inspector")
struct InspectorTests {
    private static func inspector(_ policy: String, model: String?) throws -> Inspector {
        let plan = try PolicySource.load(policy)
        let route = try PolicySource.route(nil, of: plan, at: "/\(model ?? "digit")")
        guard let model else {
            return Inspector(policy: plan, route: route, reader: HTTPAnswerReader(), makeProbe: nil)
        }
        let embedded = try EmbeddedModel(path: "/\(model)")
        return Inspector(policy: plan, route: route, reader: HTTPAnswerReader(), makeProbe: { _ in embedded })
    }

    private static func example(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "examples/images/\(name)").path
    }

    @Test("with the model an attacked digit is held and a clean one is fine")
    func asksModel() async throws {
        let inspector = try Self.inspector("cheque-intake", model: "digit")
        let clean = await inspector.inspect(Self.example("digit-7-clean.png"))
        #expect(clean.isFine)
        #expect(clean.label == "7")
        let attacked = await inspector.inspect(Self.example("digit-1-pgd-read-as-7.png"))
        #expect(attacked.verdict?.kind == .divert)
        #expect(attacked.verdict?.line != nil)
        #expect(!attacked.isFine)
    }

    @Test("without a model, detectors that need one are listed as not run and match no rule")
    func listsNotRun() async throws {
        let inspection = await (try Self.inspector("balanced", model: nil)).inspect(
            Self.example("digit-1-pgd-read-as-7.png"))
        #expect(inspection.notRun.map(\.detector) == ["feature-squeezing"])
        #expect(inspection.signals.contains { $0.detector == "container-integrity" })
        #expect(inspection.isFine)
    }

    @Test("a file that is no image is refused with a reason, and one that is not there has an error and no verdict")
    func saysWhy() async throws {
        let inspector = try Self.inspector("balanced", model: nil)
        let noImage = await inspector.inspect(#filePath)
        #expect(noImage.verdict?.kind == .reject)
        #expect(noImage.error != nil)
        let absent = await inspector.inspect("/nonexistent/image.png")
        #expect(absent.verdict == nil)
        #expect(absent.error != nil)
        #expect(!absent.isFine)
    }

    @Test("the JSON of an inspection has the members that programs rely on")
    func writesJSON() async throws {
        let inspector = try Self.inspector("cheque-intake", model: "digit")
        let inspection = await inspector.inspect(Self.example("digit-7-clean.png"))
        let line = InspectionText.json(inspection, policy: inspector.policy, route: inspector.route).line
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        for key in [
            "file", "verdict", "reasons", "error", "degraded", "label", "signals", "not_run", "policy", "route",
        ] {
            #expect(object[key] != nil, "\(key)")
        }
        #expect(object["verdict"] as? String == "forward")
    }
}

@Suite("PipelineText")
struct PipelineTextTests {
    @Test("commas inside parentheses belong to a defense")
    func splits() {
        #expect(
            PipelineText.split(" median(3), area-resize(28,28) ,jpeg(75)") == [
                "median(3)", "area-resize(28,28)", "jpeg(75)",
            ])
    }

    @Test("names what is wrong", arguments: ["", "medain(3)", "median(", "median(99)"])
    func refuses(text: String) {
        let failure = #expect(throws: CommandFailure.self) { try PipelineText.parse(text) }
        #expect(failure?.status == .usage)
    }
}

@Suite("Residual")
struct ResidualTests {
    @Test("an isolated bright pixel stands out eightfold and the rest is black")
    func amplifies() throws {
        let shape = try #require(PixelShape(width: 5, height: 5, channels: 1))
        var samples = [UInt8](repeating: 10, count: 25)
        samples[12] = 30
        guard let buffer = PixelBuffer(shape: shape, adopting: samples) else {
            Issue.record("the samples fit the shape")
            return
        }
        let residual = try Residual.image(of: Image(buffer))
        residual.withSamples { span in
            for i in 0..<span.count { #expect(span[i] == (i == 12 ? 160 : 0)) }
        }
    }
}

@Suite("ForwardCopy")
struct ForwardCopyTests {
    @Test("equal seeds give equal copies of a randomized pipeline, other seeds other ones")
    func followsSeed() throws {
        let shape = try #require(PixelShape(width: 16, height: 16, channels: 1))
        let image = Image(PixelBuffer(shape: shape, filledWith: 128))
        let copy = ForwardCopy(pipeline: try PipelineText.parse("gaussian-noise(0.1)"))
        func samples(_ seed: UInt64) throws -> [UInt8] {
            try copy.apply(to: image, seed: seed).withSamples { span in span.indices.map { span[$0] } }
        }
        #expect(try samples(7) == samples(7))
        #expect(try samples(7) != samples(8))
    }
}
