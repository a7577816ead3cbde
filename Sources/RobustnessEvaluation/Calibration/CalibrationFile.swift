package import AdversarialDetectors
internal import Foundation

/// The bytes of a calibration file.
package enum CalibrationFile {
    /// JSON with its keys in order, numbers with the shortest digits that read back as the same number, and a newline at
    /// the end. Equal calibrations give equal bytes.
    package static func bytes(_ calibration: RouteCalibration) throws(CalibrationError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(calibration)) + [0x0A]
        } catch {
            throw .file(path: "calibration", reason: "cannot be written as JSON: \(error)")
        }
    }
}
