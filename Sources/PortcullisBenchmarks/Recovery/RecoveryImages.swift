import Dispatch
import Foundation
import ImageCodecs
import ImageDefenses
import PixelCore
import RobustnessEvaluation
import Synchronization

/// The images that every pipeline is tried on, decoded once.
struct RecoveryImages {
    /// What is known about each.
    let rows: [Manifest.Row]
    private let images: [Image]

    /// Images that a thread defends before it asks about them all at once.
    private static let batch = 32

    /// The attacked images that still fool the unguarded model as stored, then at most `limit` clean ones.
    ///
    /// Throws when a manifest has a mistake or an image cannot be decoded.
    init(attacked: String, clean: String, limit: Int) throws {
        let decoder = ImageDecoder(limits: SampleImages.limits, options: DecodeOptions(orientation: .apply))
        var rows: [Manifest.Row] = []
        var images: [Image] = []
        for path in [attacked, clean] {
            let manifest = try Manifest.load(path)
            let wanted = manifest.rows.filter { $0.attack == nil || $0.isStillAdversarial }
            for row in path == clean ? wanted.prefix(limit) : wanted[...] {
                let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: manifest.path(of: row))))
                rows.append(row)
                images.append(try decoder.decode(bytes, cancellation: CancellationFlag()).image)
            }
        }
        self.rows = rows
        self.images = images
    }

    /// What `model` reads in each image after the pipeline of `subject`.
    ///
    /// Randomized defenses draw from a stream for each image, so that a second run gives the same table. A pipeline that
    /// changes the size is followed by area resizing back to the model's.
    func labels(after subject: RecoverySubject, from model: any ClassifierModel) throws -> [String] {
        let pipeline = subject.pipeline
        let isNegative = subject.takesDarkInk && model.hasBrightInk
        let resize = DefensePipeline(
            name: "back", steps: [try DefenseCatalogue.parse("area-resize(\(model.side),\(model.side))")])
        let found = Mutex<[Result<[String], any Error>?]>(
            Array(repeating: nil, count: (images.count + Self.batch - 1) / Self.batch))
        let queue = images
        DispatchQueue.concurrentPerform(iterations: found.withLock { $0.count }) { index in
            let range = index * Self.batch..<min(queue.count, (index + 1) * Self.batch)
            let result = Result {
                let defended = try range.map { place in
                    var context = DefenseContext(
                        generator: ChaChaGenerator(key: Array("accuracy-recovered".utf8), stream: UInt64(place)))
                    let source = isNegative ? Self.negative(queue[place]) : queue[place]
                    let result = try pipeline.apply(to: source, context: &context)
                    let image = isNegative ? Self.negative(result) : result
                    let fits = image.shape.width == model.side && image.shape.height == model.side
                    return fits ? image : try resize.apply(to: image, context: &context)
                }
                return try model.labels(of: defended)
            }
            found.withLock { $0[index] = result }
        }
        return try found.withLock { try $0.flatMap { try $0?.get() ?? [] } }
    }

    private static func negative(_ image: Image) -> Image {
        var buffer = image.makeBuffer()
        buffer.withMutableSamples { samples in
            for i in samples.indices { samples[i] = 255 - samples[i] }
        }
        return Image(buffer)
    }
}
