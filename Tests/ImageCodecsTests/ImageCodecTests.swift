import Foundation
import ImageCodecs
import PixelCore
import Testing

@Suite("ImageDecoder and ImageEncoder")
struct ImageCodecTests {
    @Test("a PNG comes back unchanged at every effort and size", arguments: PNGEffort.allCases, [1, 3])
    func lossless(effort: PNGEffort, channels: Int) throws {
        for (width, height) in [(1, 1), (17, 3), (300, 90)] {
            let image = try CodecFixtures.gradient(width: width, height: height, channels: channels)
            let decoded = try CodecFixtures.decode(try ImageEncoder.encode(image, as: .png(effort)))
            #expect(decoded.image.shape == image.shape)
            #expect(CodecFixtures.samples(decoded.image) == CodecFixtures.samples(image))
        }
    }

    @Test("a JPEG of high quality stays near", arguments: ChromaSubsampling.allCases)
    func lossy(subsampling: ChromaSubsampling) throws {
        let image = try flat(width: 48, height: 32, [90, 140, 200])
        let bytes = try ImageEncoder.encode(image, as: .jpeg(quality: 95, subsampling: subsampling))
        let decoded = try CodecFixtures.decode(bytes).image
        #expect(decoded.shape == image.shape)
        let pairs = zip(CodecFixtures.samples(decoded), CodecFixtures.samples(image))
        // Conversion to YCbCr and back rounds twice: at most 2 off on a flat picture.
        #expect(pairs.allSatisfy { abs(Int($0) - Int($1)) <= 2 })
    }

    @Test("each limit refuses what is over it, and says by how much")
    func limits() throws {
        let bytes = try ImageEncoder.encode(CodecFixtures.gradient(width: 40, height: 20, channels: 3), as: .png(.fast))
        let cases: [(LimitKind, WritableKeyPath<DecodeLimits, Int>, Int)] = [
            (.encodedBytes, \.encodedBytes, bytes.count), (.width, \.width, 40), (.height, \.height, 20),
            (.pixels, \.pixels, 800),
        ]
        for (kind, path, value) in cases {
            var limits = CodecFixtures.limits
            limits[keyPath: path] = value
            #expect(throws: Never.self) { try CodecFixtures.decode(bytes, limits: limits) }
            limits[keyPath: path] = value - 1
            #expect(throws: CodecError.overLimit(kind, value: value, limit: value - 1)) {
                try CodecFixtures.decode(bytes, limits: limits)
            }
        }
    }

    @Test("a raised flag stops the decoder")
    func cancellation() throws {
        let bytes = try ImageEncoder.encode(
            CodecFixtures.gradient(width: 400, height: 400, channels: 3), as: .png(.fast))
        let flag = CancellationFlag()
        flag.raise()
        let decoder = ImageDecoder(limits: CodecFixtures.limits, options: DecodeOptions(orientation: .apply))
        #expect(throws: CodecError.cancelled) { try decoder.decode(bytes, cancellation: flag) }
    }

    @Test("bytes after the image are counted, and an archive in them is named")
    func trailing() throws {
        let image = try CodecFixtures.gradient(width: 8, height: 8, channels: 1)
        let tail = Array("PK\u{3}\u{4}".utf8) + [UInt8](repeating: 7, count: 60)
        for encoding: ImageEncoding in [.png(.stored), .jpeg(quality: 90, subsampling: .yuv444)] {
            let facts = try CodecFixtures.decode(try ImageEncoder.encode(image, as: encoding) + tail).facts
            #expect(facts.trailingBytes == tail.count)
            #expect(facts.embeddedFormats.contains("zip"))
        }
    }

    @Test("hostile JPEGs end in an image or an error that is not ours")
    func hostile() throws {
        for file in try CodecFixtures.files("hostile/jpeg", where: { $0.hasSuffix(".jpg") }) {
            let bytes = try CodecFixtures.bytes(file)
            do throws(CodecError) {
                let shape = try CodecFixtures.decode(bytes).image.shape
                #expect(shape.sampleCount > 0)
            } catch .malfunction(let detail) {
                Issue.record("\(file.lastPathComponent): \(detail)")
            } catch {
                #expect(error != .cancelled)
            }
        }
    }

    private func flat(width: Int, height: Int, _ colour: [UInt8]) throws -> Image {
        let shape = try #require(PixelShape(width: width, height: height, channels: colour.count))
        let samples = (0..<shape.sampleCount).map { colour[$0 % colour.count] }
        return try CodecFixtures.image(shape, samples)
    }
}
