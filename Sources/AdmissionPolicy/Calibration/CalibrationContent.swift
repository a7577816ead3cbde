internal import AdversarialDetectors

/// Whether the numbers of a calibration can be what they are called.
struct CalibrationContent {
    private let calibration: RouteCalibration

    init(_ calibration: RouteCalibration) {
        self.calibration = calibration
    }

    /// Throws the first thing that cannot be.
    func check() throws(CalibrationFault) {
        try checkSample()
        var numbers = 0
        var names: Set<String> = []
        if calibration.detectors.isEmpty { throw CalibrationFault(reason: "has no detectors") }
        for detector in calibration.detectors {
            if detector.detector.isEmpty || !names.insert(detector.detector).inserted {
                throw CalibrationFault(reason: "has two detectors called `\(detector.detector)`, or one without a name")
            }
            numbers += try check(detector)
        }
        for combination in [calibration.tierZero, calibration.all].compactMap({ $0 }) {
            numbers += try check(combination, known: names)
        }
        guard numbers <= CalibrationReader.limitNumbers else {
            throw CalibrationFault(
                reason: "holds \(numbers) numbers; at most \(CalibrationReader.limitNumbers) are read")
        }
    }

    private func checkSample() throws(CalibrationFault) {
        let sample = calibration.sample
        guard sample.images > 0, sample.fittedImages >= 0, sample.clients >= 0 else {
            throw CalibrationFault(reason: "does not say how many images it rests on")
        }
        guard sample.sha256.utf8.count == 64, sample.sha256.utf8.allSatisfy(Self.isHexDigit) else {
            throw CalibrationFault(reason: "has no SHA-256 of its sample")
        }
        guard CalendarTime.seconds(calibration.created) != nil else {
            throw CalibrationFault(reason: "does not say when it was made (`created`, such as 2026-05-01T12:00:00Z)")
        }
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }

    /// How many numbers it holds.
    private func check(_ detector: DetectorCalibration) throws(CalibrationFault) -> Int {
        let name = detector.detector
        guard let last = detector.strata.last else { throw CalibrationFault(reason: "has no scores of \(name)") }
        guard last.name.isEmpty, last.upToLevel == nil else {
            throw CalibrationFault(reason: "has no scores of \(name) for images of any kind")
        }
        var bounds: [String: Double] = [:]
        var numbers = 0
        for stratum in detector.strata {
            try checkAscending(stratum.scores, "scores of \(name)")
            // Nil is no bound, which nothing but another one without may follow.
            let bound = stratum.upToLevel ?? .infinity
            let before = bounds[stratum.name] ?? -.infinity
            guard stratum.upToLevel?.isFinite ?? true, bound > before || bound == .infinity else {
                throw CalibrationFault(reason: "has levels of \(name) that do not ascend")
            }
            bounds[stratum.name] = bound
            numbers += stratum.scores.count
        }
        for values in detector.fit?.values.values ?? [:].values {
            guard values.allSatisfy(\.isFinite) else {
                throw CalibrationFault(reason: "has a number that is not finite in what \(name) learned")
            }
            numbers += values.count
        }
        return numbers
    }

    /// How many numbers it holds.
    private func check(
        _ combination: CombinationCalibration, known: Set<String>
    ) throws(CalibrationFault) -> Int {
        let names = Set(combination.detectors)
        guard !names.isEmpty, names.count == combination.detectors.count, names.isSubset(of: known) else {
            throw CalibrationFault(reason: "combines detectors that it has no scores of")
        }
        guard combination.weights.count == names.count,
            combination.weights.allSatisfy({ $0.isFinite && $0 > 0 && $0 <= 1e6 })
        else { throw CalibrationFault(reason: "has weights that are not positive numbers, one for each detector") }
        try checkAscending(combination.statistics, "combined scores")
        return combination.statistics.count
    }

    private func checkAscending(_ scores: [Double], _ what: String) throws(CalibrationFault) {
        guard !scores.isEmpty else { throw CalibrationFault(reason: "has a list of \(what) that is empty") }
        guard scores.count <= calibration.sample.images else {
            throw CalibrationFault(reason: "has more \(what) than images")
        }
        var before = -Double.infinity
        for score in scores {
            guard score.isFinite, score >= before else {
                throw CalibrationFault(reason: "has \(what) that do not ascend or are not finite")
            }
            before = score
        }
    }
}
