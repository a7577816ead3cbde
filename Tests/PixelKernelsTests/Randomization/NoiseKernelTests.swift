import PixelCore
import PixelKernels
import Testing

@Suite("NoiseKernel")
struct NoiseKernelTests {
    private static func add(
        _ kernel: NoiseKernel, to samples: [UInt8], _ generator: inout ChaChaGenerator
    ) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: samples.count)
        var span = output.mutableSpan
        let isFinished = kernel.add(
            to: samples.span, into: &span, drawingFrom: &generator, cancellation: CancellationFlag())
        return isFinished ? output : []
    }

    @Test(
        "Gaussian noise is the sampler's, draw for draw, at every deviation",
        arguments: [0, 0.01, 0.2, 0.5, 1, 5.1, 30, 255, 1000])
    func gaussian(deviation: Double) throws {
        let sampler = try #require(GaussianSampler(standardDeviation: deviation))
        let shape = try #require(PixelShape(width: 251, height: 199, channels: 1))
        let samples = TestImage.random(shape, seed: 2)
        var generator = ChaChaGenerator(key: [7])
        var single = generator
        let output = Self.add(NoiseKernel(gaussian: sampler), to: samples, &generator)
        let expected = samples.map { UInt8(max(0, min(255, Int($0) + sampler.sample(&single)))) }
        #expect(output == expected)
        #expect(generator.next() == single.next())
    }

    @Test("uniform noise is its definition on each word", arguments: [0, 0.3, 0.5, 1, 7.65, 100, 255])
    func uniform(amplitude: Double) throws {
        let kernel = try #require(NoiseKernel(uniformAmplitude: amplitude))
        let shape = try #require(PixelShape(width: 101, height: 97, channels: 1))
        let samples = TestImage.random(shape, seed: 2)
        var generator = ChaChaGenerator(key: [7])
        var single = generator
        let output = Self.add(kernel, to: samples, &generator)
        let reach = Int((amplitude * 65536).rounded())
        let expected = samples.map { sample in
            let drawn = ((Int(single.nextWord()) * (2 * reach + 1)) >> 32) - reach
            return UInt8(max(0, min(255, Int(sample) + ((drawn + 32768) >> 16))))
        }
        #expect(output == expected)
        #expect(generator.next() == single.next())
    }

    @Test("uniform noise takes every level of its range equally often, the ends by the share that rounds to them")
    func counts() throws {
        let kernel = try #require(NoiseKernel(uniformAmplitude: 4))
        var generator = ChaChaGenerator(key: [3])
        let output = Self.add(kernel, to: [UInt8](repeating: 100, count: 80_000), &generator)
        var counts = [Int](repeating: 0, count: 256)
        for sample in output { counts[Int(sample)] += 1 }
        #expect((0...255).allSatisfy { (96...104).contains($0) || counts[$0] == 0 })
        // An eighth of 80,000 each, half of that at both ends; four standard errors are 380 and 280.
        #expect((97...103).allSatisfy { abs(counts[$0] - 10_000) < 380 })
        #expect(abs(counts[96] - 5_000) < 280 && abs(counts[104] - 5_000) < 280)
    }

    @Test("amplitudes beyond the range have no kernel", arguments: [-0.1, 255.1, .nan])
    func range(amplitude: Double) {
        let kernel = NoiseKernel(uniformAmplitude: amplitude)
        guard case nil = kernel else {
            Issue.record("\(amplitude) has a kernel")
            return
        }
    }

    @Test("a raised flag stops it")
    func cancels() throws {
        let kernel = try #require(NoiseKernel(uniformAmplitude: 4))
        let flag = CancellationFlag()
        flag.raise()
        let source: [UInt8] = [1]
        var output: [UInt8] = [0]
        var span = output.mutableSpan
        var generator = ChaChaGenerator(key: [3])
        #expect(!kernel.add(to: source.span, into: &span, drawingFrom: &generator, cancellation: flag))
    }
}
