import AdmissionPolicy
import AdversarialDetectors

/// libFuzzer's entry: any bytes as a policy and, behind the first zero byte, as the calibration that it names. A plan or a
/// list of mistakes is fine; a crash, a hang or a leak is not.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPolicyDecoder(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let end = bytes.firstIndex(of: 0) ?? bytes.endIndex
    let behind = Array(bytes[end...].dropFirst())
    let calibration = try? CalibrationReader.calibration(in: behind)
    if let calibration { judge(by: calibration) }
    let read: CalibrationBytes = { _ in .success(behind) }
    guard let plan = try? PolicyLoader.load(bytes: Array(bytes[..<end]), origin: "fuzz", readCalibration: read) else {
        return 0
    }
    _ = plan.route(method: "POST", path: "/cheque", host: "host")
    _ = plan.calibrationWarnings(nowSeconds: 0)
    for route in plan.routes {
        _ = route.decide(DecisionInput(signals: [], facts: nil, pixels: 0, answer: nil))
        _ = route.rateThresholds
    }
    return 0
}

/// Compares a score with every list of `calibration`.
private func judge(by calibration: RouteCalibration) {
    var signals: [Signal] = []
    for detector in calibration.detectors {
        for stratum in detector.strata {
            for rate in [0.5, 0.01, 1e-9] { _ = stratum.threshold(at: rate) }
            signals.append(
                calibration.calibrated(
                    Signal(
                        detector: detector.detector, score: stratum.scores.last ?? 0, stratum: stratum.name,
                        level: stratum.upToLevel)))
        }
    }
    _ = calibration.all?.combine(signals)
    _ = calibration.tierZero?.combine(signals)
}
