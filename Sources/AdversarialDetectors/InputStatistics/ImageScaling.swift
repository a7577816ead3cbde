package import PixelCore
internal import PixelKernels

/// Finds pixels planted where a model's scaler reads: pictures that turn into others when they are made small.
///
/// Quiring, Klein, Arp, Johns, Rieck, "Adversarial Preprocessing: Understanding and Preventing Image-Scaling Attacks in
/// Machine Learning", USENIX Security 2020. Each scaler that reads a few positions is compared with the area mean, on its
/// own grid and on the grid moved by half a step both ways: how the picture's own texture makes scalers differ is the same
/// on both, so the ratio does not depend on the picture. The peak spectrum of Quiring, Müller, Rieck, "On the Detection of
/// Image-Scaling Attacks in Machine Learning", ACSAC 2023, is measured at the size that stood out most, as evidence.
package struct ImageScaling: Detector {
    /// Sides that classifiers commonly take.
    private static let usualSides = [224, 256, 299, 384, 512]
    /// Beyond this aspect nobody keeps it while scaling, so sizes that do are not tried.
    private static let largestAspect = 4
    /// Squared levels added on both sides of a ratio, so that nearly flat images do not compare roundings.
    private static let floor = 1.0

    /// What the catalogue prints.
    package static let descriptor = DetectorDescriptor(
        name: "image-scaling", version: 1, family: .inputStatistics, tier: 0,
        summary: "Finds images that become another image when a scaler that reads few pixels makes them small.",
        scoreMeaning:
            "How many times more scalers disagree on the model's sampling grid than beside it, less 1: about 0 "
            + "for a picture, the largest over scalers.",
        source:
            "Quiring et al.: Adversarial Preprocessing, USENIX Security 2020; Quiring, Müller, Rieck: On the Detection "
            + "of Image-Scaling Attacks in Machine Learning, ACSAC 2023 (peak spectrum)",
        weaknesses: "Says nothing of images at most 1.2 times the model's size, nor of sizes it does not try; planting "
            + "decoys half a step beside the grid lowers the score at the price of twice as many changed pixels. Where it "
            + "tries the usual sizes, it looks for the size in luma alone.",
        findings: [],
        parameters: [
            ParameterDescriptor(
                name: "width", kind: .integer(0...16384), defaultValue: .integer(0),
                summary: "Width of the model's input in pixels; 0 tries the usual sizes."),
            ParameterDescriptor(
                name: "height", kind: .integer(0...16384), defaultValue: .integer(0),
                summary: "Height of the model's input in pixels; 0 tries the usual sizes."),
        ])

    private let width: Int
    private let height: Int

    /// Takes what the descriptor lists; a side of 0 beside one that is given is equal to it.
    package init(parameters: [String: ParameterValue]) throws(DetectorError) {
        let values = try Self.descriptor.check(parameters)
        let (width, height) = (values.integer("width"), values.integer("height"))
        self.width = width == 0 ? height : width
        self.height = height == 0 ? width : height
    }

    /// The strongest disagreement; nil for an image that no size asked about makes smaller by more than 1.2.
    package func inspect(_ subject: DetectorSubject) throws(DetectorError) -> Signal? {
        let shape = subject.image.shape
        return subject.image.withSamples { pixels in
            guard let size = strongestSize(pixels, shape), let found = Candidate(size, of: pixels, shape) else {
                return nil
            }
            let peaks = SamplingPeaks(of: shape, width: size.width, height: size.height)
            return signal(found, peaks: peaks?.measure(pixels))
        }
    }

    /// The size asked for, or the one of the usual sizes at which the luma disagrees most; nil when none is tried.
    private func strongestSize(_ pixels: Span<UInt8>, _ shape: PixelShape) -> Size? {
        if width > 0 { return Size(width: width, height: height) }
        let sizes = sizes(for: shape).filter {
            max(Double(shape.width) / Double($0.width), Double(shape.height) / Double($0.height))
                > ScalerDisagreement.leastRatio
        }
        guard sizes.count > 1, shape.channels == 3,
            let plane = PixelShape(width: shape.width, height: shape.height, channels: 1)
        else { return strongest(of: sizes, pixels, shape) }
        return strongest(of: sizes, InkLuma.plane(of: pixels, shape: shape).span, plane)
    }

    private func strongest(of sizes: [Size], _ pixels: Span<UInt8>, _ shape: PixelShape) -> Size? {
        var strongest: Candidate?
        for size in sizes {
            guard let candidate = Candidate(size, of: pixels, shape) else { continue }
            if candidate.ratio > strongest?.ratio ?? 0 { strongest = candidate }
        }
        return strongest?.size
    }

    private func signal(_ candidate: Candidate, peaks: SamplingPeaks.Reading?) -> Signal {
        var evidence = [
            Signal.Evidence(name: "width", value: Double(candidate.size.width)),
            Signal.Evidence(name: "height", value: Double(candidate.size.height)),
        ]
        for (name, reading) in zip(["nearest-opencv", "nearest-pillow", "bilinear-opencv"], candidate.readings) {
            evidence.append(Signal.Evidence(name: name, value: reading.aligned.squareRoot()))
            evidence.append(Signal.Evidence(name: "\(name).beside", value: reading.moved.squareRoot()))
        }
        if let peaks {
            evidence.append(Signal.Evidence(name: "peak-spectrum", value: peaks.peaks))
            evidence.append(Signal.Evidence(name: "peak-contrast", value: peaks.contrast))
        }
        return Signal(detector: Self.descriptor.name, score: candidate.ratio - 1, evidence: evidence)
    }

    /// A size of the model's input.
    private struct Size {
        let width: Int
        let height: Int
    }

    /// What was measured at one size.
    private struct Candidate {
        let size: Size
        let readings: [ScalerDisagreement.Reading]
        /// The largest over scalers of the root mean squares' ratio.
        let ratio: Double

        init?(_ size: Size, of pixels: Span<UInt8>, _ shape: PixelShape) {
            guard let comparison = ScalerDisagreement(of: shape, width: size.width, height: size.height) else {
                return nil
            }
            self.size = size
            readings = comparison.measure(pixels)
            ratio = readings.reduce(0) { most, reading in
                max(most, ((reading.inner + ImageScaling.floor) / (reading.moved + ImageScaling.floor)).squareRoot())
            }
        }
    }

    /// The usual sizes: each stretched to a square, and with the aspect kept and the short side at the usual length.
    private func sizes(for shape: PixelShape) -> [Size] {
        let (short, long) = (min(shape.width, shape.height), max(shape.width, shape.height))
        var sizes: [Size] = []
        for side in Self.usualSides {
            sizes.append(Size(width: side, height: side))
            let other = (2 * long * side + short) / (2 * short)
            if other == side || long > Self.largestAspect * short { continue }
            sizes.append(
                shape.width < shape.height
                    ? Size(width: side, height: other) : Size(width: other, height: side))
        }
        return sizes
    }
}
