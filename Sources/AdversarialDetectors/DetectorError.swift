package import ImageDefenses

/// Why a detector could not be made or could not score.
package enum DetectorError: Error, Hashable, Sendable {
    /// No detector has this name; `nearest` is the closest that exists.
    case unknown(name: String, nearest: String?)
    /// A parameter is unknown, of the wrong kind or out of range; `allowed` says what would do.
    case parameter(detector: String, name: String, allowed: String)
    /// A squeezer in a parameter could not be made.
    case squeezer(detector: String, reason: DefenseError)
    /// A copy had no answer, so that there is no score; the request is degraded.
    case answersMissing(detector: String)
    /// Clean images do not suffice for a fit, or the fit is not one of this version's: `detail` says what would do.
    case cannotFit(detector: String, detail: String)
    /// `score` was called on a detector that asks for no copies: a mistake of the caller.
    case needsNoAnswers(detector: String)
}
