import PixelCore
import Testing

@testable import ImageDefenses

@Suite("Mirror and Translate")
struct GeometryTests {
    private func run(_ form: String, _ samples: [UInt8], width: Int, height: Int, channels: Int = 1) throws -> [UInt8] {
        let shape = try #require(PixelShape(width: width, height: height, channels: channels))
        guard let pixels = PixelBuffer(shape: shape, adopting: samples) else { return [] }
        let pipeline = try DefenseCatalogue.pipeline(form)
        var context = DefenseContext(generator: ChaChaGenerator(key: [1]))
        let image = try pipeline.apply(to: Image(pixels), context: &context)
        return image.withSamples { span in (0..<span.count).map { span[$0] } }
    }

    @Test("mirroring keeps rows and channels and turns columns round")
    func mirror() throws {
        #expect(try run("mirror", [1, 2, 3, 4, 5, 6], width: 3, height: 2) == [3, 2, 1, 6, 5, 4])
        #expect(try run("mirror", [1, 2, 3, 4, 5, 6], width: 2, height: 1, channels: 3) == [4, 5, 6, 1, 2, 3])
    }

    @Test("a shift takes from the right and below, mirrored at the edge without repeating it")
    func translate() throws {
        // numpy: np.pad(a, 1, mode="reflect")[2:, 2:]
        let samples: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8, 9]
        #expect(try run("translate", samples, width: 3, height: 3) == [5, 6, 5, 8, 9, 8, 5, 6, 5])
        #expect(try run("translate(-1,0)", samples, width: 3, height: 3) == [2, 1, 2, 5, 4, 5, 8, 7, 8])
        #expect(try run("translate(64,-64)", [7], width: 1, height: 1) == [7])
    }

    @Test("short forms are joined by +, applied in order and named canonically")
    func joined() throws {
        #expect(try DefenseCatalogue.pipeline(" translate( 1 , 0 )+mirror ").name == "translate(1,0)+mirror")
        #expect(try run("translate(1,0) + mirror", [1, 2, 3], width: 3, height: 1) == [2, 3, 2])
        #expect(throws: DefenseError.self) { try DefenseCatalogue.pipeline("mirror+") }
        #expect(throws: DefenseError.self) {
            try DefenseCatalogue.pipeline(Array(repeating: "mirror", count: 9).joined(separator: "+"))
        }
    }
}
