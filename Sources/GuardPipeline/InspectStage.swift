internal import AdmissionPolicy
internal import AdversarialDetectors
internal import PixelCore

/// Stage 4: what pixels and container say, without a model call.
struct InspectStage {
    let request: InspectionRequest

    /// Runs every detector's tier 0 part in the order of the policy. A failing one is noted and the rest still run.
    func run(_ decoded: consuming Decoded, _ judgement: inout Judgement) -> Inspected {
        let subject = DetectorSubject(
            image: decoded.image, facts: decoded.facts, declaredType: Self.mediaType(of: request.contentType),
            route: request.route.name, nowSeconds: request.nowSeconds)
        var signals: [Signal] = []
        var failed: [String] = []
        for planned in request.route.detectors {
            do throws(DetectorError) {
                guard let signal = try planned.detector.inspect(subject) else { continue }
                signals.append(request.route.calibrated(signal))
            } catch {
                failed.append(planned.descriptor.name)
            }
        }
        signals += request.route.silence(signals, except: failed)
        judgement.signals = signals
        return Inspected(decoded: decoded, signals: signals, failedDetectors: failed)
    }

    /// Lower case, without parameters; nil for none or an empty one.
    static func mediaType(of contentType: String?) -> String? {
        guard let first = contentType?.split(separator: ";", omittingEmptySubsequences: false).first else { return nil }
        let trimmed = first.drop { $0 == " " || $0 == "\t" }
        let end = trimmed.lastIndex { $0 != " " && $0 != "\t" }.map { trimmed.index(after: $0) } ?? trimmed.startIndex
        let type = trimmed[..<end].lowercased()
        return type.isEmpty ? nil : type
    }
}
