import Dispatch
import Foundation
import ImageDefenses
import PixelCore
import Synchronization
import Testing

/// Cancellation after the work has begun.
@Suite("Defense cancellation")
struct DefenseCancellationTests {
    private static let names = DefenseCatalogue.descriptors.map(\.name)

    /// A step that raises the flag and leaves the pixels alone.
    private struct Raising: Defense {
        static let descriptor = DefenseDescriptor(
            name: "raising", family: .denoising, summary: "Raises the flag.", source: "None.", weaknesses: "None.",
            isRandomized: false, changesShape: false, parameters: [])

        init(parameters: [String: ParameterValue]) throws(DefenseError) {}

        func apply(to pixels: inout PixelBuffer, context: inout DefenseContext) throws(DefenseError) {
            context.cancellation.raise()
        }
    }

    @Test("a flag raised by one step stops the pipeline before the next", arguments: names)
    func betweenSteps(name: String) throws {
        let shape = try #require(PixelShape(width: 20, height: 15, channels: 3))
        let image = Image(TestImage.random(shape, seed: 4))
        let before = TestImage.samples(image.makeBuffer())
        let steps: [any Defense] = [
            try DefenseCatalogue.parse("median(3)"), try Raising(parameters: [:]),
            try DefenseCatalogue.make(name: name, parameters: [:]),
        ]
        #expect(throws: DefenseError.cancelled) {
            var context = DefenseContext(generator: ChaChaGenerator(key: [1]))
            return try DefensePipeline(name: "p", steps: steps).apply(to: image, context: &context)
        }
        #expect(TestImage.samples(image.makeBuffer()) == before)
    }

    /// What became of one application.
    private struct Outcome: Equatable {
        var error: DefenseError?
        var shape: PixelShape
        var samples: [UInt8]
        /// What the generator yields next.
        var next: UInt64
    }

    /// Applies `defense` while a second thread counts, and raises the flag when the count reaches `limit`.
    ///
    /// Returns the outcome and how far the thread counted until the work was over.
    private static func race(
        _ defense: any Defense, _ samples: [UInt8], _ shape: PixelShape, limit: Int
    ) throws -> (outcome: Outcome, count: Int) {
        let flag = CancellationFlag()
        let progress = Progress()
        let (isReady, hasStopped) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        // A thread of its own, since the pool of tasks may have none to spare while the defense works.
        Thread.detachNewThread {
            isReady.signal()
            var count = 0
            while !progress.isOver.load(ordering: .acquiring) && count < limit { count += 1 }
            flag.raise()
            progress.count.store(count, ordering: .relaxed)
            hasStopped.signal()
        }
        isReady.wait()
        let outcome = apply(defense, samples, shape, flag)
        progress.isOver.store(true, ordering: .releasing)
        hasStopped.wait()
        return (try #require(outcome), progress.count.load(ordering: .relaxed))
    }

    /// What the two threads of a race tell each other.
    private final class Progress: Sendable {
        let isOver = Atomic<Bool>(false)
        let count = Atomic<Int>(0)
    }

    private static func apply(
        _ defense: any Defense, _ samples: [UInt8], _ shape: PixelShape, _ flag: CancellationFlag
    ) -> Outcome? {
        guard var pixels = PixelBuffer(shape: shape, adopting: samples) else { return nil }
        var context = DefenseContext(generator: ChaChaGenerator(key: [1]), cancellation: flag)
        var caught: DefenseError?
        do throws(DefenseError) {
            try defense.apply(to: &pixels, context: &context)
        } catch {
            caught = error
        }
        return Outcome(
            error: caught, shape: pixels.shape, samples: pixels.copy().takeSamples(), next: context.generator.next())
    }

    /// The shape of a colour image on which `name` takes a millisecond or so, several where nothing is optimized.
    private static func shape(_ name: String) throws -> PixelShape {
        let cost = try #require(MeasuredCosts.nanosecondsPerPixel[name])
        let pixels = min(300_000, 1_500_000 / cost)
        let height = Int((pixels * 3 / 4).squareRoot())
        return try #require(PixelShape(width: height * 4 / 3, height: height, channels: 3))
    }

    @Test(
        "a flag raised at any time ends in the whole result, or in an error that leaves pixels and generator alone",
        arguments: names)
    func midway(name: String) throws {
        let shape = try Self.shape(name)
        // Noise that repeats, since drawing each sample would take longer than the defense.
        let tile = TestImage.samples(
            TestImage.random(try #require(PixelShape(width: 997, height: 1, channels: 3)), seed: 4))
        var samples: [UInt8] = []
        while samples.count < shape.sampleCount { samples += tile }
        samples.removeLast(samples.count - shape.sampleCount)
        // With the usual model there would be nothing to rebuild on an image of this size.
        let parameters: [String: ParameterValue] =
            name == "scaler-reconstruction" ? ["width": .integer(32), "height": .integer(24)] : [:]
        let defense = try DefenseCatalogue.make(name: name, parameters: parameters)
        let (whole, count) = try Self.race(defense, samples, shape, limit: .max)
        #expect(whole.error == nil)
        var generator = ChaChaGenerator(key: [1])
        let untouched = Outcome(error: .cancelled, shape: shape, samples: samples, next: generator.next())
        for share in 1...3 {
            let outcome = try Self.race(defense, samples, shape, limit: count / 4 * share).outcome
            #expect(outcome.error == nil || outcome.error == .cancelled)
            // Compared as one truth value: an expectation would print megabytes.
            let isWhole = outcome == whole
            let isUntouched = outcome == untouched
            #expect(outcome.error == nil ? isWhole : isUntouched)
        }
    }
}
