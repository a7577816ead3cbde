extension DefensePipeline {
    /// Seconds of one thread that an image of `pixels` pixels in colour takes, by the measured costs (docs/results,
    /// `defense-cost`): with default parameters, on the machine of that table, regions counted as if they were the page.
    ///
    /// An estimate, near enough to tell milliseconds from minutes.
    package func predictedSeconds(pixels: Int) -> Double {
        steps.reduce(0) { $0 + (MeasuredCosts.nanosecondsPerPixel[$1.descriptor.name] ?? 0) } * Double(pixels) / 1e9
    }
}
