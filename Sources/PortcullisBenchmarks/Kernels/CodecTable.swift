import CCodecPeer
import ImageCodecs
import PixelCore
import RobustnessEvaluation

/// Our decoder and encoder beside libjpeg-turbo and libpng called directly from C, in one process and in turns.
///
/// The same libraries do the work on both sides: what is measured is the walk over the container, the limits and the
/// memory around them. Each side makes the memory of its result in every call.
struct CodecTable {
    /// Seconds that each row may take, unless six rounds take longer.
    let seconds: Double
    /// What the names of rows must hold; empty for all.
    let matching: String

    /// Our time may be 5 % more than the library's.
    private static let target = 1 / 1.05
    private static let quality = 85

    /// One side of a comparison: gives the bytes that it made.
    private typealias Call = () throws -> Int

    /// Measures and gives the rows.
    func rows() throws -> [ResultRow] {
        var rows: [ResultRow] = []
        for image in KernelImage.all where image.shape.width > 28 {
            let samples = image.samples()
            guard let buffer = PixelBuffer(shape: image.shape, adopting: samples) else { continue }
            let sealed = Image(buffer)
            for (operation, peer, ours, theirs) in try calls(sealed, samples, image.shape) {
                let name = "\(operation), \(image.name)"
                guard matching.isEmpty || name.contains(matching) else { continue }
                let row = try measure(name, peer: peer, pixels: image.shape.pixelCount, samples, ours, theirs)
                print("\(row.name): \(row.value) ns/pixel, \(row.peer?.ratio ?? 0)")
                rows.append(row)
            }
        }
        return rows
    }

    private func calls(
        _ image: Image, _ samples: [UInt8], _ shape: PixelShape
    ) throws -> [(String, String, Call, Call)] {
        let decoder = ImageDecoder(limits: SampleImages.limits, options: DecodeOptions(orientation: .apply))
        let jpeg = ImageEncoding.jpeg(quality: Self.quality, subsampling: .yuv420)
        let jpegBytes = try ImageEncoder.encode(image, as: jpeg)
        let pngBytes = try ImageEncoder.encode(image, as: .png(.small))
        func decode(_ bytes: [UInt8]) -> Call {
            { try decoder.decode(bytes, cancellation: CancellationFlag()).image.shape.sampleCount }
        }
        func encode(_ encoding: ImageEncoding) -> Call { { try ImageEncoder.encode(image, as: encoding).count } }
        func png(_ level: Int32, _ filters: Int32) -> Call {
            { try Self.encodePNG(samples, shape, level: level, filters: filters) }
        }
        return [
            ("JPEG decode", "libjpeg-turbo", decode(jpegBytes), { try Self.take(jpegBytes, cp_jpeg_decode) }),
            (
                "JPEG encode, quality \(Self.quality), 4:2:0", "libjpeg-turbo", encode(jpeg),
                { try Self.encodeJPEG(samples, shape) }
            ),
            ("PNG decode", "libpng", decode(pngBytes), { try Self.take(pngBytes, cp_png_decode) }),
            ("PNG encode, stored", "libpng, level 0", encode(.png(.stored)), png(0, 0x08)),
            ("PNG encode, fast", "libpng, level 1, sub filter", encode(.png(.fast)), png(1, 0x10)),
            ("PNG encode, small", "libpng, level 6", encode(.png(.small)), png(6, 0)),
        ]
    }

    private func measure(
        _ name: String, peer: String, pixels: Int, _ samples: [UInt8], _ ours: Call, _ theirs: Call
    ) throws -> ResultRow {
        var copy = CopyClock(samples)
        _ = try Self.time(ours, calls: 1)
        _ = try Self.time(theirs, calls: 1)
        let plan = PairedPlan(
            ours: try Self.time(ours, calls: 1), theirs: try Self.time(theirs, calls: 1), seconds: seconds)
        var times = PairedTimes()
        for round in 0..<plan.rounds {
            let early = round % 2 == 0 ? try Self.time(ours, calls: plan.ourCalls) : nil
            let their = try Self.time(theirs, calls: plan.peerCalls)
            times.add(
                ours: try early ?? Self.time(ours, calls: plan.ourCalls), theirs: their, copy: copy.time(calls: 1))
        }
        var row = times.row(name, pixels: pixels, peer: peer, target: Self.target)
        // A codec is bound by its arithmetic; what the bytes could be copied in says nothing about it.
        row.memoryShare = nil
        return row
    }

    private static func time(_ call: Call, calls: Int) throws -> Double {
        let times = try (0..<calls).map { _ in
            let began = LoadClient.now()
            let count = try call()
            let time = Double(LoadClient.now() - began)
            guard count > 0 else { throw LoadError.invalid("a codec made nothing") }
            return time
        }
        return Statistics(times).median
    }

    private typealias Decode = (
        UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?, UnsafeMutablePointer<Int>?
    ) -> Int32

    private static func take(_ bytes: [UInt8], _ decode: Decode) throws -> Int {
        var samples: UnsafeMutablePointer<UInt8>?
        var size = 0
        let status = bytes.withUnsafeBufferPointer { decode($0.baseAddress, $0.count, &samples, &size) }
        cp_free(samples)
        guard status == 0 else { throw LoadError.invalid("the library refuses our own file") }
        return size
    }

    private static func encodeJPEG(_ samples: [UInt8], _ shape: PixelShape) throws -> Int {
        var bytes: UnsafeMutablePointer<UInt8>?
        var count = 0
        let status = samples.withUnsafeBufferPointer {
            cp_jpeg_encode(
                $0.baseAddress, UInt32(shape.width), UInt32(shape.height), Int32(shape.channels), Int32(quality),
                &bytes,
                &count)
        }
        cp_free(bytes)
        guard status == 0 else { throw LoadError.invalid("libjpeg-turbo cannot encode") }
        return count
    }

    private static func encodePNG(_ samples: [UInt8], _ shape: PixelShape, level: Int32, filters: Int32) throws -> Int {
        var bytes: UnsafeMutablePointer<UInt8>?
        var count = 0
        let status = samples.withUnsafeBufferPointer {
            cp_png_encode(
                $0.baseAddress, UInt32(shape.width), UInt32(shape.height), Int32(shape.channels), level, filters,
                &bytes,
                &count)
        }
        cp_free(bytes)
        guard status == 0 else { throw LoadError.invalid("libpng cannot encode") }
        return count
    }
}
