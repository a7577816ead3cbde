internal import AdversarialDetectors

extension PlannedCalibration {
    /// Days after which `policy check` reminds its owner; traffic and models change.
    package static let staleDays = 90

    /// Whole days from when it was made to `nowSeconds` (since 1970, UTC); negative when it was made later than that.
    package func ageDays(nowSeconds: Int) -> Int? {
        CalendarTime.seconds(calibration.created).map { Int((Double(nowSeconds - $0) / 86_400).rounded(.down)) }
    }
}

extension PolicyPlan {
    /// What is to be said about the age of calibrations at `nowSeconds` (since 1970, UTC).
    package func calibrationWarnings(nowSeconds: Int) -> [PolicyMistake] {
        routes.compactMap { route in
            guard let planned = route.calibration, let days = planned.ageDays(nowSeconds: nowSeconds) else {
                return nil
            }
            func warning(_ text: String) -> PolicyMistake {
                PolicyMistake(line: 0, column: 0, message: "\(route.name): the calibration `\(planned.origin)` \(text)")
            }
            if days < -1 { return warning("was made on \(planned.calibration.created), which is still to come") }
            guard days > PlannedCalibration.staleDays else { return nil }
            return warning(
                "is \(days) days old; traffic and models change, so make a new one (`portcullis calibrate`)")
        }
    }
}
