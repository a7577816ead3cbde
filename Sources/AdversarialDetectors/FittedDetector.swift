/// A detector whose score needs numbers learned from clean images alone: a mean, a covariance.
///
/// Calibration fits it on one part of the clean sample and sets thresholds on the other. Without a fit it gives no signal
/// from pixels; one that compares answers gives a plain score until then.
package protocol FittedDetector: Detector {
    /// What the fit is made from, for one clean image, where pixels and container tell it; nil for an image that is too
    /// small to be described, and for a detector that learns from answers.
    func features(of subject: DetectorSubject) -> DetectorFeatures?

    /// The same from the signal that the unfitted detector gave, where the model's answers tell it; nil for a detector
    /// that learns from pixels.
    func features(of signal: Signal) -> DetectorFeatures?

    /// The numbers that describe these clean images. Throws `.cannotFit` with how many images would do.
    static func fit(_ sample: [DetectorFeatures]) throws(DetectorError) -> DetectorFit

    /// This detector with a fit. Throws `.cannotFit` when the numbers are not of this version's shape.
    func fitted(by fit: DetectorFit) throws(DetectorError) -> any FittedDetector

    /// True once it has a fit.
    var isFitted: Bool { get }
}

extension FittedDetector {
    /// Nothing: it learns from answers.
    package func features(of subject: DetectorSubject) -> DetectorFeatures? { nil }

    /// Nothing: it learns from pixels.
    package func features(of signal: Signal) -> DetectorFeatures? { nil }
}

/// What a fitted detector measures in one image.
package struct DetectorFeatures: Hashable, Sendable, Codable {
    /// Images are described together with those of the same word: `png`, `jpeg-90`.
    package let stratum: String
    /// Finite numbers whose meaning and order are the detector's; as many for every image unless it writes down only those
    /// that are not 0.
    package let values: [Double]

    /// Features, both members named.
    package init(stratum: String, values: [Double]) {
        self.stratum = stratum
        self.values = values
    }
}

/// Numbers learned from clean images, by name; kept in the calibration file.
package struct DetectorFit: Hashable, Sendable, Codable {
    /// Finite numbers in the order that the detector's version defines.
    package let values: [String: [Double]]

    /// A fit of these numbers.
    package init(values: [String: [Double]]) {
        self.values = values
    }
}
