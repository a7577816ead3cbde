import ImageCodecs
import PixelCore

/// What no sanitizing guard can go below: decoding the image and encoding what is forwarded, on one thread.
enum CodecFloor {
    /// Seconds for each of `rounds` passes over one of `images` in turn: decode, then a stored PNG.
    static func measure(_ images: [[UInt8]], rounds: Int) throws -> [Double] {
        let decoder = ImageDecoder(limits: SampleImages.limits, options: DecodeOptions(orientation: .apply))
        var bytes = 0
        let times = try (0..<rounds).map { round in
            let began = LoadClient.now()
            let decoded = try decoder.decode(images[round % images.count], cancellation: CancellationFlag())
            bytes += try ImageEncoder.encode(decoded.image, as: .png(.stored)).count
            return Double(LoadClient.now() - began) / 1e9
        }
        // The sum keeps the optimizer from dropping the work.
        guard bytes > 0 else { throw LoadError.invalid("the encoder returned nothing") }
        return times
    }
}
