internal import AdmissionPolicy
internal import Crypto
internal import ImageCodecs
internal import PixelCore

/// Stage 3: bytes become pixels, within the route's limits.
struct DecodeStage {
    let request: InspectionRequest
    let cancellation: CancellationFlag

    /// The decoded image; the judgement gets its hashes and facts.
    func run(_ judgement: inout Judgement) throws(GuardFailure) -> Decoded {
        if let fault = request.fault { throw .undecodable(fault) }
        let decoder = ImageDecoder(limits: request.route.decodeLimits, options: request.route.decodeOptions)
        let decoded: DecodedImage
        do {
            decoded = try decoder.decode(request.body, cancellation: cancellation)
        } catch CodecError.cancelled {
            throw .cancelled
        } catch CodecError.malfunction(let detail) {
            throw .malfunction(detail: detail)
        } catch {
            throw .undecodable(error)
        }
        let pixelsHash = request.route.drawsRandomness ? Self.hash(of: decoded.image) : nil
        let shape = decoded.image.shape
        judgement.image = JudgedImage(
            bytesSHA256: Self.hash(of: request.body), pixelsSHA256: pixelsHash, width: shape.width,
            height: shape.height, channels: shape.channels, facts: decoded.facts)
        return Decoded(image: decoded.image, facts: decoded.facts, seed: pixelsHash ?? "")
    }

    /// SHA-256 of `bytes`, 64 hex digits.
    static func hash(of bytes: [UInt8]) -> String {
        Hex.encode(SHA256.hash(data: bytes))
    }

    /// SHA-256 of width, height and channels (little-endian 32-bit each) and the samples, 64 hex digits.
    static func hash(of image: Image) -> String {
        var hasher = SHA256()
        var head: [UInt8] = []
        for value in [image.shape.width, image.shape.height, image.shape.channels] {
            for shift in [0, 8, 16, 24] { head.append(UInt8(truncatingIfNeeded: value >> shift)) }
        }
        hasher.update(data: head)
        image.withSamples { samples in
            samples.withUnsafeBytes { hasher.update(bufferPointer: $0) }
        }
        return Hex.encode(hasher.finalize())
    }
}
