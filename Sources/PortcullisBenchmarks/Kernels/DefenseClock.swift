import ImageDefenses
import PixelCore

/// Times one defense as a live pipeline runs it: samples of its own, working memory from the last call.
final class DefenseClock {
    private let defense: any Defense
    private let original: [UInt8]
    private let shape: PixelShape
    private var context = DefenseContext(generator: ChaChaGenerator(key: Array("kernels".utf8)))
    /// What the next call works on; filled outside the clock.
    private var samples: [UInt8]
    /// Samples of the last result; differs from the input's where the defense resizes.
    private(set) var resultCount = 0

    /// A clock for `defense` on `original`, whose extent is `shape`.
    init(_ defense: any Defense, original: [UInt8], shape: PixelShape) {
        self.defense = defense
        self.original = original
        self.shape = shape
        samples = []
    }

    /// Nanoseconds of one call: the median of `calls`.
    func time(calls: Int) throws -> Double {
        Statistics(try (0..<calls).map { _ in try timeOnce() }).median
    }

    private func timeOnce() throws -> Double {
        var input: [UInt8] = []
        swap(&input, &samples)
        if input.count == original.count {
            input.withUnsafeMutableBytes { target in original.withUnsafeBytes { target.copyMemory(from: $0) } }
        } else {
            // Not `input = original`: that would share its memory, and the first write would copy it inside the clock.
            input = original.withUnsafeBufferPointer { Array($0) }
        }
        guard var pixels = PixelBuffer(shape: shape, adopting: input) else {
            throw LoadError.invalid("an image of \(shape.sampleCount) samples has \(original.count)")
        }
        let began = LoadClient.now()
        try defense.apply(to: &pixels, context: &context)
        let time = Double(LoadClient.now() - began)
        samples = pixels.takeSamples()
        resultCount = samples.count
        return time
    }
}

/// Times a copy of memory: nothing that reads an image and writes one can be faster.
struct CopyClock {
    private let source: [UInt8]
    private var target: [UInt8]

    /// A clock for copying `source`.
    init(_ source: [UInt8]) {
        self.source = source
        target = [UInt8](repeating: 1, count: source.count)
    }

    /// Nanoseconds of one copy: the median of `calls`.
    mutating func time(calls: Int) -> Double {
        var times: [Double] = []
        for _ in 0..<calls {
            let began = LoadClient.now()
            target.withUnsafeMutableBytes { target in source.withUnsafeBytes { target.copyMemory(from: $0) } }
            times.append(Double(LoadClient.now() - began))
        }
        return Statistics(times).median
    }
}
