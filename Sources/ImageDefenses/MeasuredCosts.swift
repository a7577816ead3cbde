// Written by `make bench ARGS='--only defense-cost'`; do not edit.

/// What each defense costs with default parameters, from the table `defense-cost` in `docs/results`.
package enum MeasuredCosts {
    /// Nanoseconds for each pixel of a colour image of one megapixel, on one thread; by the defense's name.
    ///
    /// Other machines differ by a factor of two or so either way, which is near enough to tell a policy that
    /// takes milliseconds from one that takes seconds. Measured on:
    /// AMD EPYC, 2 processors, 25.3 GB, Linux 6.18.44-fc-v595
    package static let nanosecondsPerPixel: [String: Double] = [
        "area-resize": 0.83,
        "barrage": 33.0,
        "bilateral": 18.0,
        "binarize": 0.14,
        "bit-depth": 0.17,
        "closing": 0.42,
        "despeckle": 2.3,
        "gaussian": 2.3,
        "gaussian-noise": 12.0,
        "jpeg": 11.0,
        "majority": 0.44,
        "median": 0.31,
        "nl-means": 260.0,
        "opening": 0.46,
        "otsu": 1.2,
        "pixel-deflection": 0.12,
        "random-crop": 2.1,
        "random-discretization": 20.0,
        "random-resize-pad": 12.0,
        "resize": 0.92,
        "sauvola": 3.1,
        "scaler-reconstruction": 120.0,
        "stochastic-jpeg": 39.0,
        "total-variation": 190.0,
        "total-variation-minimization": 370.0,
        "uniform-noise": 9.5,
        "wavelet": 21.0,
    ]
}
