import AdversarialDetectors
import Foundation
import ImageCodecs
import ImageDefenses
import PixelCore
import RobustnessEvaluation

/// What the detectors without a model call cost on one thread, each alone and all together, beside the decoding of the same
/// files.
///
/// Detectors that learn are fitted to other images of the same kind first. Each call gets a subject of its own, so that a
/// detector alone pays for what several share, and all together pay for it once.
struct DetectorCostTable {
    /// Photographs of any size.
    let folder: URL
    /// Seconds that each row may take, unless six rounds take longer.
    let seconds: Double
    /// What the names of rows must hold; empty for all.
    let matching: String

    /// All detectors without a model call together, on one image of 224×224 in colour, in milliseconds.
    private static let budget = 1.5
    private static let side = 224
    /// So many photographs teach, so many others are measured.
    private static let count = 32

    /// Files of one kind that are measured one after the other.
    private struct Kind {
        let name: String
        let files: [[UInt8]]
        let target: ResultRow.Target?
    }

    /// Measures and gives the rows, in milliseconds for one image of the kind.
    func rows() throws -> [ResultRow] {
        let detectors = try DetectorTeacher.detectors(tier: 0, taught: teachers())
        return try kinds().flatMap { kind in
            let decoder = ImageDecoder(limits: SampleImages.limits, options: DecodeOptions(orientation: .apply))
            let decoded = try kind.files.map { try decoder.decode($0, cancellation: CancellationFlag()) }
            func row(_ of: String, target: ResultRow.Target? = nil, _ work: (Int) throws -> Void) throws -> ResultRow? {
                let name = "\(kind.name): \(of)"
                guard matching.isEmpty || name.contains(matching) else { return nil }
                let times = Statistics(try times(of: kind.files.count, work))
                let row = ResultRow(name, times, unit: "ms", scale: 1e-6, target: target)
                print("\(row.name): \(row.value) ms")
                return row
            }
            func inspect(_ detectors: [any Detector], _ index: Int) throws {
                let subject = DetectorSubject(
                    image: decoded[index].image, facts: decoded[index].facts, declaredType: nil, route: "cost",
                    nowSeconds: 0)
                for detector in detectors { _ = try detector.inspect(subject) }
            }
            let decode = try row("decode") { index in
                _ = try decoder.decode(kind.files[index], cancellation: CancellationFlag())
            }
            let together = try row("all detectors", target: kind.target) { try inspect(detectors, $0) }
            let alone = try detectors.map { detector in
                try row(type(of: detector).descriptor.name) { try inspect([detector], $0) }
            }
            return ([decode, together] + alone).compactMap(\.self)
        }
    }

    /// What the learning detectors see before: photographs, and the same as black ink on white paper.
    private func teachers() throws -> [DecodedImage] {
        let decoder = ImageDecoder(limits: SampleImages.limits, options: DecodeOptions(orientation: .apply))
        let files = try SampleImages.photographs(count: 2 * Self.count, folder: folder).suffix(Self.count)
        return try (files + bitonal(files)).map { try decoder.decode($0, cancellation: CancellationFlag()) }
    }

    private func kinds() throws -> [Kind] {
        let photographs = try SampleImages.photographs(count: Self.count, folder: folder)
        let generated = try [(224, 224), (1000, 1000), (3000, 2000), (8000, 6250)].map { width, height in
            guard let image = KernelImage(width: width, height: height, channels: 3),
                let buffer = PixelBuffer(shape: image.shape, adopting: image.samples())
            else { throw LoadError.invalid("no image of \(width)×\(height)") }
            let jpeg = ImageEncoding.jpeg(quality: 85, subsampling: .yuv420)
            return Kind(
                name: "generated \(image.name) JPEG", files: [try ImageEncoder.encode(Image(buffer), as: jpeg)],
                target: nil)
        }
        let budget = ResultRow.Target.atMost(Self.budget)
        return [
            Kind(name: "photographs 224×224 RGB JPEG", files: photographs, target: budget),
            Kind(name: "photographs 224×224 RGB PNG", files: try asPNG(photographs), target: budget),
            Kind(
                name: "photographs in black and white 224×224 RGB PNG", files: try bitonal(photographs), target: nil),
        ] + generated
    }

    private func asPNG(_ files: [[UInt8]]) throws -> [[UInt8]] { try through("", files) }

    /// Each file in black and white, still in colour channels, as a PNG.
    private func bitonal(_ files: some Sequence<[UInt8]>) throws -> [[UInt8]] { try through("otsu", files) }

    private func through(_ form: String, _ files: some Sequence<[UInt8]>) throws -> [[UInt8]] {
        let steps = form.isEmpty ? [] : [try DefenseCatalogue.parse(form)]
        let pipeline = DefensePipeline(name: form, steps: steps)
        let decoder = ImageDecoder(limits: SampleImages.limits, options: DecodeOptions(orientation: .apply))
        return try files.map { file in
            var context = DefenseContext(generator: ChaChaGenerator(key: []))
            let image = try decoder.decode(file, cancellation: CancellationFlag()).image
            return try ImageEncoder.encode(try pipeline.apply(to: image, context: &context), as: .png(.fast))
        }
    }

    /// Nanoseconds of one call for each round; a round goes through all images once.
    private func times(of count: Int, _ work: (Int) throws -> Void) throws -> [Double] {
        func round() throws -> Double {
            let began = LoadClient.now()
            for index in 0..<count { try work(index) }
            return Double(LoadClient.now() - began) / Double(count)
        }
        _ = try round()
        let rounds = Int(max(6, min(61, seconds * 1e9 / (try round() * Double(count)))))
        return try (0..<rounds).map { _ in try round() }
    }
}
