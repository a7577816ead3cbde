import ClassifierProtocols
import Foundation
import ImageCodecs
import PixelCore
import Testing

@Suite("EnvelopeHeader")
struct EnvelopeHeaderTests {
    static let limits = DecodeLimits(
        encodedBytes: 1 << 24, width: 1000, height: 1000, pixels: 1_000_000, workingBytes: 1 << 28,
        progressiveScans: 100,
        ancillaryBytes: 1 << 20)

    private static func image(_ encoding: ImageEncoding, width: Int = 37) throws -> [UInt8] {
        let shape = try #require(PixelShape(width: width, height: 11, channels: 3))
        return try ImageEncoder.encode(Image(PixelBuffer(shape: shape, filledWith: 9)), as: encoding)
    }

    private static func read(_ body: [UInt8], type: String?) -> EnvelopeHeader {
        EnvelopeHeader(in: body, contentType: type, limits: limits)
    }

    @Test("the header is found wherever the image is opened", arguments: [true, false])
    func finds(isPNG: Bool) throws {
        let image = try Self.image(isPNG ? .png(.fast) : .jpeg(quality: 90, subsampling: .yuv420))
        let text = Data(image).base64EncodedString()
        let json =
            JSONEnvelopeTests.written.map { body, _ in
                body.replacing("\\/", with: "/").replacing(SampleBodies.pngText, with: text)
            }
        let forms = [
            SampleBodies.form([("data", "a.png", "image/png", image)]),
            SampleBodies.form([("n", nil, nil, Array("5".utf8)), ("file", nil, nil, image)]),
        ]
        let bodies = json.map { (Array($0.utf8), "application/json") } + forms.map { ($0, SampleBodies.formType) }
        for (body, type) in bodies {
            #expect(EnvelopeHeader.isEnvelope(contentType: type, first: body.first))
            guard case .header(let header) = Self.read(body, type: type) else {
                Issue.record("no header in \(String(decoding: body.prefix(80), as: UTF8.self))")
                continue
            }
            #expect(header.width == 37 && header.height == 11)
        }
    }

    @Test("what will not be decoded has none: no image, one over the limits, one cut off")
    func none() throws {
        let wide = Data(try Self.image(.png(.fast), width: 1001)).base64EncodedString()
        for body in [
            "{}", "", "{\"a\":\"cat\"}", "{\"a\":\"\(wide)\"}", "{\"a\":\"\(wide.prefix(24))\"}", "{\"a\":\"", "\\\"",
        ] {
            #expect(Self.read(Array(body.utf8), type: nil) == .none, "\(body.prefix(40))")
        }
        #expect(Self.read(Array("\r\n\r\n\r".utf8), type: SampleBodies.formType) == .none)
    }

    @Test("a header that does not end within a megabyte is unread")
    func unread() throws {
        // Application segments without end in front of the frame header.
        let segment: [UInt8] = [0xFF, 0xEB, 0xFF, 0xFF] + [UInt8](repeating: 7, count: 65_533)
        let image: [UInt8] = [0xFF, 0xD8] + Array(repeatElement(segment, count: 20).joined())
        #expect(Self.read(SampleBodies.form([("d", nil, nil, image)]), type: SampleBodies.formType) == .unread)
    }

    @Test("raw images are no envelopes; forms and what may begin JSON are")
    func kinds() {
        #expect(!EnvelopeHeader.isEnvelope(contentType: "image/png", first: 0x89))
        #expect(!EnvelopeHeader.isEnvelope(contentType: "application/json", first: 0xFF))
        #expect(!EnvelopeHeader.isEnvelope(contentType: nil, first: nil))
        for first in Array(" \n{[".utf8) { #expect(EnvelopeHeader.isEnvelope(contentType: nil, first: first)) }
        #expect(EnvelopeHeader.isEnvelope(contentType: "Multipart/x", first: 0x89))
    }
}
