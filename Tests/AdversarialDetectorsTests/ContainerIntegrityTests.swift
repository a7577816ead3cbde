import AdversarialDetectors
import ImageCodecs
import PixelCore
import Testing

@Suite("ContainerIntegrity")
struct ContainerIntegrityTests {
    private static func signal(
        declared: String? = "image/png", counted: String = "all", _ change: (inout ContainerFacts) -> Void = { _ in }
    ) throws -> Signal {
        let detector = try ContainerIntegrity(parameters: ["counted": .text(counted)])
        let subject = TestSubject.subject(facts: TestSubject.facts(change), declared: declared)
        return try #require(try detector.inspect(subject))
    }

    @Test("a plain file has no finding")
    func clean() throws {
        let signal = try Self.signal()
        #expect(signal.score == 0)
        #expect(signal.findings.isEmpty)
    }

    @Test(
        "a declared type that makes no other claim is no finding",
        arguments: [nil, "", "image/png", "image/x-png", "application/octet-stream", "image/*"])
    func agreeing(declared: String?) throws {
        #expect(try Self.signal(declared: declared).findings.isEmpty)
    }

    @Test(
        "any other declared type is a finding", arguments: ["image/jpeg", "image/gif", "text/html", "application/json"])
    func disagreeing(declared: String) throws {
        let signal = try Self.signal(declared: declared)
        #expect(signal.findings == ["declared-type-mismatch"])
        #expect(signal.score == 1)
    }

    @Test("a JPEG may be declared by each of its names", arguments: ["image/jpeg", "image/jpg", "image/pjpeg"])
    func jpeg(declared: String) throws {
        #expect(try Self.signal(declared: declared) { $0.format = .jpeg }.findings.isEmpty)
    }

    @Test("everything found is listed in a fixed order and counted")
    func all() throws {
        let signal = try Self.signal(declared: "image/jpeg") {
            $0.trailingBytes = 12
            $0.embeddedFormats = ["zip", "html", "zip"]
            $0.viewerDifferences = [.iccProfile, .animationFrames]
            $0.frames = 4
        }
        #expect(
            signal.findings == [
                "declared-type-mismatch", "trailing-bytes", "embedded-zip", "embedded-html", "animation-frames",
                "icc-profile",
            ])
        #expect(signal.score == 6)
        #expect(signal.value("trailing-bytes") == 12)
        #expect(signal.value("frames") == 4)
    }

    @Test("structure alone counts neither profiles nor depth, but lists them")
    func structure() throws {
        let signal = try Self.signal(counted: "structure") {
            $0.trailingBytes = 1
            $0.viewerDifferences = [.iccProfile, .sixteenBits, .severalImages]
        }
        #expect(signal.findings == ["trailing-bytes", "icc-profile", "sixteen-bits", "several-images"])
        #expect(signal.score == 2)
    }

    @Test("every viewer difference has a declared word", arguments: ViewerDifference.allCases)
    func words(difference: ViewerDifference) throws {
        let signal = try Self.signal { $0.viewerDifferences = [difference] }
        #expect(signal.findings == [difference.rawValue])
        #expect(ContainerIntegrity.descriptor.findings.contains(difference.rawValue))
    }

    private static func quantization(_ change: Int) -> QuantizationFacts {
        var luma = StandardQuantization.luma(quality: 80)
        luma[5] += UInt16(change)
        return QuantizationFacts(luma: luma, chroma: nil, factors: [(1, 1)])
    }

    @Test("tables that no quality has are a finding that structure does not count")
    func unknownTables() throws {
        let known = try Self.signal { $0.quantization = Self.quantization(0) }
        #expect(known.findings.isEmpty)
        #expect(known.value("nearest-quality") == 80)
        let unknown = try Self.signal { $0.quantization = Self.quantization(1) }
        #expect(unknown.findings == ["unknown-quantization"])
        #expect(unknown.score == 1)
        #expect(try Self.signal(counted: "structure") { $0.quantization = Self.quantization(1) }.score == 0)
    }

    @Test("a size that EXIF data gives must be the image's, either way up")
    func exifSize() throws {
        let sizes = [(32, 20, 0), (20, 32, 0), (33, 20, 1), (20, 20, 1)]
        for (width, height, count) in sizes {
            let signal = try Self.signal {
                $0.codedHeight = 20
                $0.exifSize = PixelSize(width: width, height: height)
            }
            #expect(signal.findings == [String](repeating: "exif-size-mismatch", count: count))
        }
    }

    @Test("a thumbnail of another picture is a finding that structure counts")
    func thumbnail() throws {
        // The picture's blob in the upper left; the other one's in the lower right.
        let own = (0..<64).map { i -> UInt8 in i % 8 < 3 && i / 8 < 4 ? 190 : 50 }
        let same = try Self.signal {
            $0.thumbnail = ThumbnailFacts(width: 160, height: 120, luma: own, croppedLuma: nil)
        }
        #expect(same.findings.isEmpty)
        #expect((same.value("thumbnail-distance") ?? 99) < 1)
        let other = ThumbnailFacts(width: 160, height: 120, luma: own.reversed(), croppedLuma: nil)
        let different = try Self.signal(counted: "structure") { $0.thumbnail = other }
        #expect(different.findings == ["thumbnail-mismatch"])
        #expect(different.score == 1)
        let barred = try Self.signal {
            $0.thumbnail = ThumbnailFacts(width: 160, height: 120, luma: own.reversed(), croppedLuma: own)
        }
        #expect(barred.findings.isEmpty)
    }
}
