// Written by `make bench ARGS='--only defense-cost'`; do not edit.

/// What each defense costs with default parameters, from the table `defense-cost` in `docs/results`.
package enum MeasuredCosts {
    /// Nanoseconds for each pixel of a colour image of one megapixel, on one thread; by the defense's name.
    ///
    /// Other machines differ by a factor of two or so either way, which is near enough to tell a policy that
    /// takes milliseconds from one that takes seconds. Measured on:
    /// AMD EPYC, 2 processors, 25.3 GB, Linux 6.18.44-fc-v595
    package static let nanosecondsPerPixel: [String: Double] = [
        "area-resize": 0.49,
        "barrage": 15.0,
        "bilateral": 8.3,
        "binarize": 0.089,
        "bit-depth": 0.17,
        "closing": 0.38,
        "despeckle": 1.6,
        "gaussian": 2.3,
        "gaussian-noise": 7.4,
        "jpeg": 5.1,
        "majority": 0.31,
        "median": 0.22,
        "mirror": 4.9,
        "nl-means": 180.0,
        "occlude": 0.95,
        "opening": 0.38,
        "otsu": 0.96,
        "pixel-deflection": 0.12,
        "random-crop": 1.4,
        "random-discretization": 10.0,
        "random-resize-pad": 6.6,
        "reink": 16.0,
        "resize": 0.48,
        "sauvola": 2.6,
        "scaler-reconstruction": 57.0,
        "stochastic-jpeg": 20.0,
        "total-variation": 130.0,
        "total-variation-minimization": 250.0,
        "translate": 3.2,
        "uniform-noise": 5.2,
        "wavelet": 8.9,
    ]
}
