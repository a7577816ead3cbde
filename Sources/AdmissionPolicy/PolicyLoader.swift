internal import Crypto

/// Turns the text of a policy into a plan, or into every mistake in it.
package enum PolicyLoader {
    /// The plan of `bytes`, UTF-8 YAML. Throws all mistakes together, each with line and column.
    ///
    /// `readCalibration` gives the bytes of a calibration file by the name that the policy has for it; without it no
    /// policy that names one loads.
    package static func load(
        bytes: [UInt8], origin: String, readCalibration: @escaping CalibrationBytes = noCalibration
    ) throws(PolicyMistakes) -> PolicyPlan {
        try load(bytes, origin, CalibrationShelf(isCalibrating: false, read: readCalibration))
    }

    /// The same for a policy that is about to be calibrated: calibration files are not read, and rules that need one are
    /// no mistake. They never match, so that this plan is for `RoutePlan.measured` alone.
    package static func loadForCalibration(bytes: [UInt8], origin: String) throws(PolicyMistakes) -> PolicyPlan {
        try load(bytes, origin, CalibrationShelf(isCalibrating: true, read: noCalibration))
    }

    /// Refuses every name.
    package static func noCalibration(_ name: String) -> Result<[UInt8], CalibrationFault> {
        .failure(
            CalibrationFault(reason: "cannot be read: only a policy in a file of its own has calibrations beside it"))
    }

    private static func load(
        _ bytes: [UInt8], _ origin: String, _ shelf: CalibrationShelf
    ) throws(PolicyMistakes) -> PolicyPlan {
        let mistakes = MistakeList()
        var tree = PolicyTree(mistakes: mistakes)
        let plan = tree.read(bytes).flatMap { root in
            DocumentDecoder(mistakes: mistakes, shelf: shelf).plan(root, sha256: hash(bytes), origin: origin)
        }
        if let plan, mistakes.mistakes.isEmpty { return plan }
        throw PolicyMistakes(origin: origin, mistakes: mistakes.sorted)
    }

    /// Names of the policies that the binary carries.
    package static var builtInNames: [String] { EmbeddedPolicy.allCases.map(\.rawValue) }

    /// A policy that the binary carries; nil when there is none of that name.
    package static func builtIn(_ name: String) throws(PolicyMistakes) -> PolicyPlan? {
        guard let policy = EmbeddedPolicy(rawValue: name) else { return nil }
        return try load(bytes: policy.bytes, origin: "built-in:\(name)")
    }

    /// The text of a policy that the binary carries; nil when there is none of that name.
    package static func builtInText(_ name: String) -> [UInt8]? {
        EmbeddedPolicy(rawValue: name)?.bytes
    }

    /// SHA-256, 64 hex digits.
    static func hash(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef")
        return SHA256.hash(data: bytes).reduce(into: "") { text, byte in
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
    }
}
