/// What changed in live traffic, compared with the clean traffic of the calibration.
package enum DriftAlarm: Hashable, Sendable {
    /// The scores of all traffic have moved: new cameras, another crop, another model; or many attacks.
    case shift(detector: String, distance: Double, critical: Double, images: Int)
    /// One source sends too many odd images.
    case source(String, odd: Int, images: Int)

    /// What to do about it.
    package static let advice =
        "look at what was flagged; where the traffic is clean and new, calibrate again (portcullis calibrate)"
}
