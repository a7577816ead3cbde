package import PixelCore

/// Resizes by any of the usual methods in the convention of OpenCV or of Pillow, so that what a model was trained with
/// can be repeated sample for sample.
///
/// | method | OpenCV 5 | Pillow 13 |
/// | --- | --- | --- |
/// | nearest | equal to `INTER_NEAREST` | equal to `NEAREST` |
/// | bilinear | equal to `INTER_LINEAR` | equal to `BILINEAR` |
/// | bicubic | `INTER_CUBIC`, within one level | equal to `BICUBIC` |
/// | area | `INTER_AREA`, within one level: see `AreaResampler` | equal to `BOX` |
/// | lanczos | equal to `INTER_LANCZOS4` | equal to `LANCZOS` |
///
/// OpenCV's nearest, bilinear, bicubic and Lanczos read a fixed number of positions however much they shrink, which is
/// what an image-scaling attack uses; Pillow's filters other than nearest, and area, read all of them.
package struct Resampler: Sendable {
    /// How a destination sample comes from source samples.
    package enum Method: String, Sendable, CaseIterable {
        /// The sample at one position.
        case nearest
        /// A linear filter, two positions wide where it does not grow.
        case bilinear
        /// A cubic filter, four positions wide where it does not grow.
        case bicubic
        /// The mean over the area covered.
        case area
        /// A windowed sine: eight positions in OpenCV, six in Pillow where it does not grow.
        case lanczos
    }

    /// Whose positions, weights and rounding.
    package enum Convention: String, Sendable, CaseIterable {
        /// Fixed support; weights of 2^-11.
        case opencv
        /// Support that grows with the ratio; weights of 2^-22 and samples of 8 bits between the two passes.
        case pillow
    }

    private enum Engine: Sendable {
        case nearest(NearestScaler)
        case bilinear(BilinearScaler)
        case fixed(FixedSupportScaler)
        case growing(GrowingSupportScaler)
        case area(AreaResampler)
    }

    private let source: PixelShape
    private let destination: PixelShape
    private let engine: Engine

    /// A resampler between two shapes of equal channels; nil when channels differ or a side is over
    /// `AreaResampler.largestSide`.
    package init?(from source: PixelShape, to destination: PixelShape, method: Method, convention: Convention) {
        guard AreaResampler.accepts(source, destination) else { return nil }
        self.source = source
        self.destination = destination
        switch (method, convention) {
        case (.area, .opencv):
            guard let area = AreaResampler(from: source, to: destination) else { return nil }
            engine = .area(area)
        case (.nearest, _):
            engine = .nearest(NearestScaler(source: source, destination: destination, convention: convention))
        case (.bilinear, .opencv): engine = .bilinear(BilinearScaler(source: source, destination: destination))
        case (.bicubic, .opencv):
            engine = .fixed(FixedSupportScaler(source: source, destination: destination, make: FixedTaps.cubic))
        case (.lanczos, .opencv):
            engine = .fixed(FixedSupportScaler(source: source, destination: destination, make: FixedTaps.lanczos))
        case (.bilinear, .pillow), (.bicubic, .pillow), (.area, .pillow), (.lanczos, .pillow):
            engine = .growing(
                GrowingSupportScaler(source: source, destination: destination, filter: Self.filter(method)))
        }
    }

    /// Writes `pixels` of the source shape into `output` of the destination shape.
    ///
    /// False when cancelled, with `output` unfinished.
    package func resize(
        _ pixels: Span<UInt8>, into output: inout MutableSpan<UInt8>, cancellation: CancellationFlag
    ) -> Bool {
        precondition(pixels.count == source.sampleCount && output.count == destination.sampleCount)
        if case .area(let area) = engine {
            return area.resize(pixels, into: &output, cancellation: cancellation)
        }
        return unsafe pixels.withUnsafeBufferPointer { pixels in
            unsafe output.withUnsafeMutableBufferPointer { output in
                guard let from = pixels.baseAddress, let to = output.baseAddress else { return false }
                return switch engine {
                case .nearest(let scaler): unsafe scaler.resize(from, into: to, cancellation: cancellation)
                case .bilinear(let scaler): unsafe scaler.resize(from, into: to, cancellation: cancellation)
                case .fixed(let scaler): unsafe scaler.resize(from, into: to, cancellation: cancellation)
                case .growing(let scaler): unsafe scaler.resize(from, into: to, cancellation: cancellation)
                case .area: false
                }
            }
        }
    }

    /// Pillow's filter of a method other than nearest.
    static func filter(_ method: Method) -> ScalerFilter {
        switch method {
        case .nearest, .area: .box
        case .bilinear: .triangle
        case .bicubic: .cubic
        case .lanczos: .lanczos
        }
    }
}
