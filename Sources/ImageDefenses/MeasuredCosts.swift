// Written by `make bench ARGS='--only defense-cost'`; do not edit.

/// What each defense costs with default parameters, from the table `defense-cost` in `docs/results`.
package enum MeasuredCosts {
    /// Nanoseconds for each pixel of a colour image of one megapixel, on one thread; by the defense's name.
    ///
    /// Other machines differ by a factor of two or so either way, which is near enough to tell a policy that
    /// takes milliseconds from one that takes seconds. Measured on:
    /// AMD EPYC, 2 processors, 25.3 GB, Linux 6.18.44-fc-v595
    package static let nanosecondsPerPixel: [String: Double] = [
        "area-resize": 0.58,
        "barrage": 20.0,
        "bilateral": 9.0,
        "binarize": 0.098,
        "bit-depth": 0.2,
        "closing": 0.38,
        "despeckle": 2.1,
        "gaussian": 2.3,
        "gaussian-noise": 8.2,
        "jpeg": 5.6,
        "majority": 0.31,
        "median": 0.31,
        "mirror": 5.1,
        "nl-means": 200.0,
        "occlude": 1.5,
        "opening": 0.52,
        "otsu": 0.96,
        "pixel-deflection": 0.12,
        "random-crop": 1.4,
        "random-discretization": 12.0,
        "random-resize-pad": 8.0,
        "reink": 9.6,
        "resize": 0.51,
        "sauvola": 3.0,
        "scaler-reconstruction": 86.0,
        "stochastic-jpeg": 26.0,
        "total-variation": 150.0,
        "total-variation-minimization": 240.0,
        "translate": 4.9,
        "uniform-noise": 5.8,
        "wavelet": 12.0,
    ]
}
