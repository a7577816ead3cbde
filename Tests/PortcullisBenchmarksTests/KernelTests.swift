import ImageDefenses
import PixelCore
import RobustnessEvaluation
import Testing

@testable import PortcullisBenchmarks

@Suite("KernelCase")
struct KernelCaseTests {
    @Test("every case names a defense of this build, for every image it is measured on")
    func forms() throws {
        for one in KernelCase.all {
            for image in one.images {
                #expect(throws: Never.self) { try DefenseCatalogue.parse(one.form(image.shape)) }
            }
        }
    }

    @Test("no two rows have one name")
    func names() {
        let names = KernelCase.all.flatMap { one in one.images.map { one.name(on: $0) } }
        #expect(Set(names).count == names.count)
    }

    @Test("the tables' sizes are a digit, a model's input, a cheque and a photograph")
    func images() throws {
        #expect(KernelImage.all.map(\.name) == ["28×28 grey", "224×224 RGB", "1200×550 grey", "3000×2000 RGB"])
        let image = try #require(KernelImage(width: 37, height: 11, channels: 3))
        let samples = image.samples()
        #expect(samples.count == 37 * 11 * 3)
        #expect(samples == image.samples())
        #expect(Set(samples).count > 50)
        #expect(KernelImage(width: 0, height: 1, channels: 1) == nil)
    }

    @Test("the clock gives every call the same input and time to a generator of its own")
    func clock() throws {
        let shape = try #require(PixelShape(width: 4, height: 4, channels: 1))
        let clock = DefenseClock(
            try DefenseCatalogue.parse("area-resize(2,2)"), original: [UInt8](repeating: 9, count: 16), shape: shape)
        #expect(try clock.time(calls: 3) > 0)
        #expect(clock.resultCount == 4)
    }
}

@Suite("MeasuredCostsFile")
struct MeasuredCostsFileTests {
    @Test("is Swift, sorted, to two significant digits")
    func text() {
        let rows = [("median", 0.4567), ("jpeg", 12.345), ("nl-means", 1834.0), ("none", 0)].map {
            ResultRow(name: $0.0, value: $0.1, unit: "ns/pixel")
        }
        let text = MeasuredCostsFile.text(of: rows, command: "make bench ARGS='--only x'", machine: "AMD, 2 processors")
        #expect(text.hasPrefix("// Written by `make bench ARGS='--only x'`; do not edit.\n"))
        #expect(text.contains("Measured on:\n    /// AMD, 2 processors\n"))
        #expect(
            text.contains(
                """
                    package static let nanosecondsPerPixel: [String: Double] = [
                        "jpeg": 12.0,
                        "median": 0.46,
                        "nl-means": 1800.0,
                        "none": 0.0,
                    ]
                }

                """))
    }
}
