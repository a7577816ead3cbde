import AdversarialDetectors
import ImageCodecs
import PixelCore

/// Subjects and answers that tests share.
enum TestSubject {
    /// A picture with structure at 8×8: a blob whose place follows `seed`, plus `noise` on every sample.
    static func image(seed: Int = 0, noise: Double = 0, noiseSeed: UInt8 = 1, channels: Int = 1) -> Image {
        guard let shape = PixelShape(width: 32, height: 32, channels: channels),
            let sampler = GaussianSampler(standardDeviation: noise)
        else { preconditionFailure("a fixed shape and a deviation in range") }
        var generator = ChaChaGenerator(key: [noiseSeed])
        var pixels = PixelBuffer(shape: shape)
        pixels.withMutableSamples { samples in
            for i in 0..<samples.count {
                let (x, y) = (i / channels % 32, i / channels / 32)
                let isBlob = (x + seed * 5) % 32 < 12 && (y + seed * 11) % 32 < 16
                samples[i] = UInt8(max(0, min(255, (isBlob ? 200 : 60) + sampler.sample(&generator))))
            }
        }
        return Image(pixels)
    }

    /// A plain PNG's facts.
    static func facts(_ change: (inout ContainerFacts) -> Void = { _ in }) -> ContainerFacts {
        var facts = ContainerFacts(
            format: .png, encodedBytes: 100, codedWidth: 32, codedHeight: 32, bitDepth: 8, components: 1,
            colourModel: .grey)
        change(&facts)
        return facts
    }

    /// A subject; everything has a default.
    static func subject(
        _ image: Image = image(), facts: ContainerFacts = facts(), declared: String? = "image/png",
        route: String = "digits", now: Double = 0
    ) -> DetectorSubject {
        DetectorSubject(image: image, facts: facts, declaredType: declared, route: route, nowSeconds: now)
    }

    /// An answer of one vector over the labels 0, 1, 2, ….
    static func answer(_ vectors: [Double]...) -> ModelAnswer {
        ModelAnswer(vectors: vectors.compactMap { ScoreVector(labels: $0.indices.map { "\($0)" }, values: $0) })
    }
}

extension Signal {
    /// The evidence called `name`.
    func value(_ name: String) -> Double? {
        evidence.first { $0.name == name }?.value
    }
}
