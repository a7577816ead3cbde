package import PixelCore
internal import PixelKernels
internal import Synchronization

/// Counts the images of a route that resemble this one, as the probes of a query attack resemble each other.
///
/// After the stateful detectors of Chen, Carlini, Wagner, "Stateful Detection of Black-Box Adversarial Attacks", SPAI
/// 2020, and Li et al., "Blacklight", USENIX Security 2022, with a noise-tolerant signature instead of their features.
/// Two images resemble each other when their signatures are within `tolerance` levels, and within half of this image's
/// own norm: what is nearly flat at 8×8 would otherwise resemble everything nearly flat. An image flatter than half a
/// level (a blank page) is only counted among its exact repeats and carries the finding `flat-image`. Benign traffic
/// has near-duplicates too (bursts, forms, retries), so a policy combines this count with something else.
package final class NearDuplicates: Detector {
    private static let flatNorm = 0.5
    private static let flat = "flat-image"

    /// What the catalogue prints.
    package static let descriptor = DetectorDescriptor(
        name: "near-duplicates", version: 1, family: .queryHistory, tier: 0,
        summary: "Counts the recent images of the route that resemble this one.",
        scoreMeaning: "Number of other images within the tolerance and the window, from 0 to the capacity.",
        source:
            "After Chen, Carlini, Wagner: Stateful Detection of Black-Box Adversarial Attacks, SPAI 2020; Li et al.: "
            + "Blacklight, USENIX Security 2022; signature: 8×8 mean luma",
        weaknesses:
            "Flips, shifts and low-frequency offsets of more than the tolerance hide a probe; so do attacks slower "
            + "than the window, and floods of other images that fill the table; attacks without queries are invisible.",
        findings: [flat],
        parameters: [
            ParameterDescriptor(
                name: "tolerance", kind: .real(0...64), defaultValue: .real(4),
                summary: "Largest root-mean-square difference of two signatures, in levels of 255."),
            ParameterDescriptor(
                name: "capacity", kind: .integer(1...65_536), defaultValue: .integer(4096),
                summary: "Images remembered for each route; the oldest makes room."),
            ParameterDescriptor(
                name: "window_seconds", kind: .real(1...2_592_000), defaultValue: .real(86_400),
                summary: "How long an image is remembered."),
        ], isCalibrated: false)

    private struct Memory {
        var tables: [String: SignatureTable] = [:]
    }

    private let tolerance: Double
    private let capacity: Int
    private let windowSeconds: Double
    private let fingerprint: PixelFingerprint
    private let memory = Mutex(Memory())

    /// Takes what the descriptor lists.
    package init(parameters: [String: ParameterValue]) throws(DetectorError) {
        let checked = try Self.descriptor.check(parameters)
        tolerance = checked.real("tolerance")
        capacity = checked.integer("capacity")
        windowSeconds = checked.real("window_seconds")
        // The standard library seeds its hasher for each process: a key that clients cannot know. Nothing that is
        // reported depends on it.
        let secret = UInt64(bitPattern: Int64("near-duplicates".hashValue))
        let key = (0..<8).map { UInt8(truncatingIfNeeded: secret >> UInt64(8 * $0)) }
        var generator = ChaChaGenerator(key: key)
        fingerprint = PixelFingerprint(generator: &generator)
    }

    /// Counts, then remembers this image; nil for an image with a side over 65,536 pixels.
    package func inspect(_ subject: DetectorSubject) throws(DetectorError) -> Signal? {
        guard let signature = LumaSignature(of: subject.image) else { return nil }
        let shape = subject.image.shape
        let print = subject.image.withSamples { fingerprint.of($0, shape: shape) }
        let norm = signature.norm
        let isFlat = norm < Self.flatNorm
        let limit = isFlat ? -1 : LumaSignature.squared(distance: min(tolerance, norm / 2))
        let now = subject.nowSeconds
        let since = now - windowSeconds
        let (matches, stored) = memory.withLock { memory in
            var table = memory.tables[subject.route] ?? SignatureTable(capacity: capacity)
            // Out of the dictionary while it changes: a second reference would copy half a megabyte.
            memory.tables[subject.route] = nil
            let matches = table.matches(signature, fingerprint: print, limit: limit, since: since)
            table.record(signature, fingerprint: print, now: now, since: since)
            let stored = table.count
            memory.tables[subject.route] = table
            return (matches, stored)
        }
        return signal(matches, stored: stored, norm: norm, isFlat: isFlat)
    }

    private func signal(_ matches: SignatureTable.Matches, stored: Int, norm: Double, isFlat: Bool) -> Signal {
        var evidence = [
            Signal.Evidence(name: "exact-repeats", value: Double(matches.exact)),
            Signal.Evidence(name: "compared", value: Double(matches.compared)),
            Signal.Evidence(name: "stored", value: Double(stored)),
            Signal.Evidence(name: "signature-norm", value: norm),
        ]
        if let nearest = matches.nearest {
            evidence.append(Signal.Evidence(name: "nearest-distance", value: LumaSignature.distance(squared: nearest)))
        }
        return Signal(
            detector: Self.descriptor.name, score: Double(matches.near), findings: isFlat ? [Self.flat] : [],
            evidence: evidence)
    }
}
