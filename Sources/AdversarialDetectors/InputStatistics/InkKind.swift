internal import PixelKernels

/// What kind of ink an image shows; clean images of one kind are compared with each other.
enum InkKind: String, Sendable {
    /// At least 99 % of the samples are 0 or 255.
    case bitonal
    /// Of the samples off the contour, at least 8 % are 1 to 24 levels away from black or white: a scanner's ground.
    case noisyGround = "noisy-ground"
    /// Neither: drawn, or cleaned after scanning.
    case cleanGround = "clean-ground"

    /// Images with a shorter side show nothing.
    static let smallestSide = 8
    /// Least share of samples within 80 levels of black or white, in percent. The least of 5,000 clean digits is 91 %, of
    /// clean scans 91 %, of clean cheques 97 %; 7 of 123 photographs reach 85 %.
    private static let leastNearPercent = 85

    /// Of so many samples, the most that may be far from black and white.
    static func mostFar(of samples: Int) -> Int { samples * (100 - leastNearPercent) / 100 }

    /// The kind of an image that shows ink: none has more than `mostFar` samples that are far from black and white, as a
    /// photograph has.
    ///
    /// 80 levels leave an image that noise of up to 0.3 of the range was added to what it was: the limit must not be crossed by
    /// the very noise that detectors look for.
    init(_ levels: InkLevels) {
        if 100 * levels.pure >= 99 * levels.samples {
            self = .bitonal
        } else if levels.flat > 0, 100 * levels.flatFaint >= 8 * levels.flat {
            self = .noisyGround
        } else {
            self = .cleanGround
        }
    }
}
