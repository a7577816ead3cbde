package import AdmissionPolicy
internal import AdversarialDetectors

/// Everything that clean scores depend on besides the images. A measurement that was broken off goes on only under the
/// same ones.
package struct MeasurementConditions: Hashable, Sendable, Codable {
    /// The form of the file.
    static let currentSchema = "portcullis.measurement/v1"

    /// `currentSchema`.
    let schema: String
    /// When the measurement began, RFC 3339 in UTC; what the calibration will say. Not a condition: the first start counts.
    package let created: String
    /// What must be the same, by what it is called in messages.
    package let settings: [String: String]

    /// The conditions of measuring `route` of `policy`, and `others` that the caller knows.
    package init(created: String, policy: PolicyPlan, route: RoutePlan, others: [String: String]) {
        schema = Self.currentSchema
        self.created = created
        var settings = others
        settings["policy"] = policy.sha256
        settings["route"] = route.name
        settings["forwarded image"] = route.referenceText
        settings["place of scores"] = route.scores.text
        for planned in route.detectors where planned.descriptor.isCalibrated {
            let parameters = planned.parameterTexts.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            settings["detector \(planned.descriptor.name)"] =
                "version \(planned.descriptor.version), \(parameters.joined(separator: ", "))"
        }
        self.settings = settings
    }

    /// The first difference from `other`, by name; nil when scores can be put together.
    func difference(from other: MeasurementConditions) -> (what: String, was: String, now: String)? {
        for name in Set(settings.keys).union(other.settings.keys).sorted() {
            let (was, now) = (other.settings[name] ?? "none", settings[name] ?? "none")
            if was != now { return (name, was, now) }
        }
        return nil
    }
}
