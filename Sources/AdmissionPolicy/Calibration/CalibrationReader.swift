package import AdversarialDetectors
internal import Foundation

/// Why a calibration file cannot be used.
package struct CalibrationFault: Error, Hashable, Sendable {
    /// Words that follow the file's name: `is a folder, not a file`.
    package let reason: String

    /// A fault of this reason.
    package init(reason: String) {
        self.reason = reason
    }
}

/// Reads calibration files. They are bounded before they are parsed and checked afterwards, since a file may come from
/// anywhere and its numbers decide what is refused.
package enum CalibrationReader {
    /// Largest file in bytes.
    package static let limitBytes = 64 << 20
    /// Most numbers in one file: scores, statistics and what fitted detectors learned.
    package static let limitNumbers = 5_000_000
    /// Deepest nesting; the form of the file has seven levels.
    static let limitDepth = 16

    /// The calibration in `bytes`, JSON. Throws the first thing that is wrong with them.
    package static func calibration(in bytes: [UInt8]) throws(CalibrationFault) -> RouteCalibration {
        guard bytes.count <= limitBytes else {
            throw CalibrationFault(reason: "has \(bytes.count) bytes; at most \(limitBytes) are read")
        }
        try checkBounds(bytes)
        let calibration: RouteCalibration
        do {
            calibration = try JSONDecoder().decode(KnownSchema.self, from: Data(bytes)).calibration
        } catch let fault as CalibrationFault {
            throw fault
        } catch let error as DecodingError {
            throw CalibrationFault(reason: words(error))
        } catch {
            throw CalibrationFault(reason: "is not JSON")
        }
        try CalibrationContent(calibration).check()
        return calibration
    }

    /// Nesting and the number of members, from the brackets and commas outside of texts.
    private static func checkBounds(_ bytes: [UInt8]) throws(CalibrationFault) {
        var depth = 0
        var members = 0
        var isInText = false
        var isEscaped = false
        for byte in bytes {
            if isInText {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInText = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInText = true
            case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            case UInt8(ascii: ","): members += 1
            default: break
            }
            if depth > limitDepth { throw CalibrationFault(reason: "nests deeper than \(limitDepth) levels") }
            // What is no number is a few hundred members, so that a tenth more is room enough.
            if members > limitNumbers + limitNumbers / 10 {
                throw CalibrationFault(reason: "holds more than \(limitNumbers) numbers")
            }
        }
    }

    private static func words(_ error: DecodingError) -> String {
        func place(_ path: [any CodingKey]) -> String {
            let steps = path.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }
            return String(steps.joined().drop { $0 == "." }.prefix(120))
        }
        switch error {
        case .keyNotFound(let key, let context):
            let path = place(context.codingPath)
            return "has no `\(path.isEmpty ? "" : path + ".")\(key.stringValue)`"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return "has something else than is meant at `\(place(context.codingPath))`"
        case .dataCorrupted(let context):
            if context.codingPath.isEmpty { return "is not JSON" }
            let path = place(context.codingPath)
            guard path.hasSuffix("method") else { return "cannot be understood at `\(path)`" }
            let known = ScoreCombination.allCases.map(\.rawValue).joined(separator: " and ")
            return "combines detectors by a `\(path)` that this version does not know; it knows \(known)"
        @unknown default:
            return "is not JSON"
        }
    }
}

/// A calibration whose schema is looked at first, so that another version's file is called that.
private struct KnownSchema: Decodable {
    let calibration: RouteCalibration

    private enum Key: String, CodingKey { case schema }

    init(from decoder: any Decoder) throws {
        let schema = try decoder.container(keyedBy: Key.self).decode(String.self, forKey: .schema)
        guard schema == RouteCalibration.currentSchema else {
            throw CalibrationFault(
                reason: "has the schema `\(schema.prefix(60))`; this version reads \(RouteCalibration.currentSchema)")
        }
        calibration = try RouteCalibration(from: decoder)
    }
}
