internal import AdversarialDetectors

/// Why clean images did not make a calibration.
package enum CalibrationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// No detector of the route has scores that clean images can be compared by.
    case nothingToCalibrate(route: String)
    /// There are no images to set thresholds with.
    case noImages
    /// So few images cannot promise `rate`.
    case rateUnsupported(rate: Double, images: Int)
    /// More than one image in twenty could not be measured; `example` is one of them with its reason.
    case tooManyFailures(failed: Int, of: Int, example: String)
    /// A detector could not be fitted.
    case cannotFit(detector: String, detail: String)
    /// The file holds a measurement under other conditions: `what` differs.
    case otherMeasurement(path: String, what: String, was: String, now: String)
    /// The file is no measurement that was broken off.
    case notAMeasurement(path: String)
    /// The system refused a file.
    case file(path: String, reason: String)
    /// The task was cancelled; so many of so many images are measured.
    case interrupted(done: Int, of: Int)

    /// What happened and what to do.
    package var description: String {
        switch self {
        case .nothingToCalibrate(let route):
            "the route \(route) has no detector whose scores can be calibrated"
        case .noImages:
            "there is no image to set thresholds with"
        case .rateUnsupported(let rate, let images):
            "\(images) images cannot promise a rate of \(RateText.text(rate)): it takes at least "
                + "\(RateText.grouped(SampleSize.fewest(for: rate))), and about "
                + "\(RateText.grouped(RateSupport.imagesWithin(factor: 1.5, of: rate))) to be within 1.5 times of it"
        case .tooManyFailures(let failed, let total, let example):
            "\(failed) of \(total) images could not be measured, more than 5 %: what is left is not the traffic that it "
                + "stands for. Such as \(example)"
        case .cannotFit(let detector, let detail):
            "\(detector) cannot be fitted: \(detail). Give more clean images, let more of them fit (--fit-share), or take it "
                + "off the route"
        case .otherMeasurement(let path, let what, let was, let now):
            "\(path) holds a measurement that was broken off, made under another \(what): \(was), now \(now). Delete it to "
                + "begin anew, or give the same arguments to go on"
        case .notAMeasurement(let path):
            "\(path) is in the way: it is no measurement that was broken off"
        case .file(let path, let reason):
            "\(path): \(reason)"
        case .interrupted(let done, let total):
            "interrupted with \(done) of \(total) images measured"
        }
    }
}
