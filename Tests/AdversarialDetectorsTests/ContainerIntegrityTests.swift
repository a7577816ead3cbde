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
}
