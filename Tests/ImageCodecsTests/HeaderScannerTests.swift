import ImageCodecs
import PixelCore
import Testing

@Suite("HeaderScanner")
struct HeaderScannerTests {
    private func scan(
        _ bytes: [UInt8], piece: Int, limits: DecodeLimits = CodecFixtures.limits
    ) -> Result<ImageHeader?, CodecError> {
        var scanner = HeaderScanner(limits: limits)
        var position = 0
        do throws(CodecError) {
            while position < bytes.count {
                let end = min(bytes.count, position + piece)
                if let header = try scanner.feed(bytes.span.extracting(position..<end)) { return .success(header) }
                position = end
            }
            return .success(nil)
        } catch {
            return .failure(error)
        }
    }

    @Test("the header is the same in any chunking", arguments: [1, 2, 7, 64, 1000])
    func chunking(piece: Int) throws {
        for encoding: ImageEncoding in [.png(.fast), .jpeg(quality: 80, subsampling: .yuv420)] {
            let bytes = try ImageEncoder.encode(
                CodecFixtures.gradient(width: 37, height: 21, channels: 3), as: encoding)
            let header = try #require(try scan(bytes, piece: piece).get())
            #expect(header.width == 37)
            #expect(header.height == 21)
            #expect(header.components == 3)
            #expect(scan(bytes, piece: piece) == scan(bytes, piece: bytes.count))
        }
    }

    @Test("an image over a limit is refused at its header, before the rest is there")
    func refusal() throws {
        let bytes = try ImageEncoder.encode(CodecFixtures.gradient(width: 64, height: 32, channels: 1), as: .png(.fast))
        var limits = CodecFixtures.limits
        limits.pixels = 64 * 32 - 1
        let expected = CodecError.overLimit(.pixels, value: 64 * 32, limit: 64 * 32 - 1)
        #expect(scan(Array(bytes.prefix(33)), piece: 5, limits: limits) == .failure(expected))
    }

    @Test("what is neither PNG nor JPEG is refused by name")
    func unsupported() {
        let gif = Array("GIF89a".utf8) + [UInt8](repeating: 0, count: 1000)
        guard case .failure(.unsupported(let detected)) = scan(gif, piece: 100) else {
            Issue.record("a GIF must be refused")
            return
        }
        #expect(detected == "gif")
    }
}
