internal import PixelKernels

/// Wald's sequential probability ratio test between "clean", under which an answer agrees with probability `p0`, and
/// "attacked", under which it does with `p1`, smaller.
///
/// A. Wald, "Sequential Tests of Statistical Hypotheses", Annals of Mathematical Statistics 16 (2), 1945, section 3.
/// Answers are weighed in rounds, which keeps both bounds: a clean image passes `odd` at any time with a probability of
/// at most alpha/(1 - beta), whenever one looks. As far, that is, as answers agree independently of one another, which
/// those about one image do not: the score is calibrated for that reason, and the bounds decide when to stop.
struct SequentialTest: Hashable, Sendable {
    /// What an answer that agrees adds to the log-likelihood ratio; negative.
    let agreement: Double
    /// What one that does not agree adds.
    let disagreement: Double
    /// At or above it, the image is odd enough to stop: log((1 - beta)/alpha).
    let odd: Double
    /// At or below it, the image is clean enough to stop: log(beta/(1 - alpha)); negative.
    let clean: Double

    /// A test; p1 is less than p0, both inside 0...1, alpha and beta inside 0...½.
    init(p0: Double, p1: Double, alpha: Double, beta: Double) {
        agreement = -SeriesFunctions.logarithm(p0 / p1)
        disagreement = SeriesFunctions.logarithm((1 - p1) / (1 - p0))
        odd = SeriesFunctions.logarithm((1 - beta) / alpha)
        clean = -SeriesFunctions.logarithm((1 - alpha) / beta)
    }

    /// The log-likelihood ratio of so many answers; larger is odder.
    func ratio(agreements: Int, of count: Int) -> Double {
        Double(agreements) * agreement + Double(count - agreements) * disagreement
    }
}
