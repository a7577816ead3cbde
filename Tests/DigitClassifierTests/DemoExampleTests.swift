import Foundation
import PixelCore
import Testing

@testable import DigitClassifier

@Suite("DemoExample")
struct DemoExampleTests {
    @Test("the pictures in the binary are the ones in examples/images")
    func matchesFiles() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "examples/images")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path()).filter { $0.hasSuffix(".png") }
        let examples = DemoExample.all()
        #expect(files.sorted() == examples.map(\.name).sorted())
        for example in examples {
            #expect(try Data(contentsOf: folder.appending(path: example.name)) == Data(example.bytes))
        }
    }

    @Test("there are clean and attacked pictures of both kinds", arguments: [DemoExample.Kind.digit, .cheque])
    func coversKinds(kind: DemoExample.Kind) {
        let examples = DemoExample.all().filter { $0.kind == kind }
        #expect(examples.contains { $0.attackers == nil })
        #expect(examples.contains { $0.attackers != nil })
        #expect(examples.allSatisfy { $0.attackers != $0.truth })
    }

    @Test("the unguarded model reads the truth in clean pictures and the attacker's reading in the others")
    func foolsModel() throws {
        let model = try DigitModel.embedded()
        for example in DemoExample.all() {
            let image = try Image.decoded(example.bytes)
            let wanted = example.attackers ?? example.truth
            switch example.kind {
            case .digit:
                let probabilities = image.withSamples { model.probabilities(of: $0) }
                #expect("\(DigitReading.mostProbable(of: probabilities))" == wanted, "\(example.name)")
            case .cheque:
                let reading = try ChequeReader(model: model, boxes: nil).read(image)
                #expect("\(reading.amount)" == wanted, "\(example.name)")
            }
        }
    }

    @Test("together they take less than 300,000 bytes")
    func isSmall() {
        let size = DemoExample.all().reduce(0) { $0 + $1.bytes.count }
        #expect(size > 0)
        #expect(size < 300_000)
    }
}
