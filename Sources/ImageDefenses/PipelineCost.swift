package import PixelCore

extension DefensePipeline {
    /// Seconds of one thread that an image of `shape` takes, by the measured costs (docs/results, `defense-cost`), scaled
    /// by `relativeCost` and the pixels that each step sees.
    ///
    /// An estimate, near enough to tell milliseconds from minutes.
    package func predictedSeconds(for shape: PixelShape) -> Double {
        var (seconds, current) = (0.0, shape)
        for step in steps {
            let next = step.defense.outputShape(for: current)
            let seen =
                step.region == nil
                ? max(current.pixelCount, next.pixelCount) : step.seenShape(of: current)?.pixelCount ?? 0
            let nanoseconds = (MeasuredCosts.nanosecondsPerPixel[step.descriptor.name] ?? 0) * step.defense.relativeCost
            seconds += nanoseconds * Double(seen) / 1e9
            current = next
        }
        return seconds
    }
}
