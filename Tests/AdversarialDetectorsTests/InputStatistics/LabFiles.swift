import AdversarialDetectors
import Foundation
import ImageCodecs
import PixelCore

/// Images that lie beside the repository and are read in place.
enum LabFiles {
    private static let data = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../../shared/data").standardized

    /// The path of what `name` names in the shared data.
    static func path(_ name: String) -> String { data.appending(path: name).path }

    /// The file called `name`, decoded.
    static func subject(_ name: String) throws -> DetectorSubject {
        let limits = DecodeLimits(
            encodedBytes: 64 << 20, width: 8192, height: 8192, pixels: 16_000_000, workingBytes: 64 << 20,
            progressiveScans: 100, ancillaryBytes: 1 << 20)
        let bytes = [UInt8](try Data(contentsOf: data.appending(path: name)))
        let decoded = try ImageDecoder(limits: limits, options: DecodeOptions(orientation: .apply))
            .decode(bytes, cancellation: CancellationFlag())
        return DetectorSubject(
            image: decoded.image, facts: decoded.facts, declaredType: nil, route: "r", nowSeconds: 0)
    }
}
