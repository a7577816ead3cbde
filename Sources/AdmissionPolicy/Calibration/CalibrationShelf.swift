/// Gives the bytes of a calibration file by the name that a policy has for it.
package typealias CalibrationBytes = (_ name: String) -> Result<[UInt8], CalibrationFault>

/// The calibration files of one policy, each read once however many routes name it.
final class CalibrationShelf {
    /// True while a policy is loaded to be calibrated: files are not read, since they are about to be made, and what only
    /// they could give is not missed.
    let isCalibrating: Bool
    private let read: CalibrationBytes
    private var known: [String: Result<PlannedCalibration, CalibrationFault>] = [:]

    init(isCalibrating: Bool, read: @escaping CalibrationBytes) {
        self.isCalibrating = isCalibrating
        self.read = read
    }

    /// The calibration that the policy calls `name`.
    func calibration(_ name: String) -> Result<PlannedCalibration, CalibrationFault> {
        if let result = known[name] { return result }
        let result = load(name)
        known[name] = result
        return result
    }

    private func load(_ name: String) -> Result<PlannedCalibration, CalibrationFault> {
        switch read(name) {
        case .failure(let fault): return .failure(fault)
        case .success(let bytes):
            do throws(CalibrationFault) {
                return .success(
                    PlannedCalibration(
                        calibration: try CalibrationReader.calibration(in: bytes), sha256: PolicyLoader.hash(bytes),
                        origin: name))
            } catch {
                return .failure(error)
            }
        }
    }
}
