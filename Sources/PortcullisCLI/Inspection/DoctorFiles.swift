import AdmissionPolicy
import ImageCodecs
import PixelCore

/// What can be said about a sample of images without asking the model.
struct DoctorFiles: Sendable {
    /// The files.
    let samples: [DoctorSample]
    /// The route that would take them.
    let route: RoutePlan

    /// Formats, limits, sizes and orientation.
    var findings: [DoctorFinding] {
        [formats, bodies, decoding, sizes].compactMap { $0 }
    }

    private var formats: DoctorFinding {
        let counts = Dictionary(grouping: samples.filter { $0.size != nil }, by: \.type.name).mapValues(\.count)
        let text = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        let others = samples.count { $0.size != nil && $0.type.imageFormat == nil }
        if others == 0 { return .ok("formats", text) }
        let handling = route.failures.undecodable.rawValue
        return .warn(
            "formats", "\(text): \(others) of \(samples.count) are not decoded here and would be met with \(handling)",
            fix: "convert them to PNG or JPEG at intake, or set `failures: {undecodable: forward}`")
    }

    private var bodies: DoctorFinding {
        let sizes = samples.compactMap(\.size)
        let largest = sizes.max() ?? 0
        let over = sizes.count { $0 > route.bodyBytes }
        let limit = Quantity.text(bytes: route.bodyBytes)
        if over == 0 { return .ok("bodies", "none over \(limit), the largest has \(largest) bytes") }
        return .fail(
            "bodies", "\(over) of \(sizes.count) are over \(limit) and would be refused with 413",
            fix: "set `limits: {body_bytes: \(largest / 1_000_000 + 1) MB}` in the route \(route.name)")
    }

    private var decoding: DoctorFinding {
        let broken = samples.filter { $0.decoded == nil && ($0.size == nil || $0.type.imageFormat != nil) }
        guard let first = broken.first else {
            return .ok("decoding", "every PNG and JPEG decodes within the limits")
        }
        return .fail(
            "decoding",
            "\(broken.count) of \(samples.count) do not decode, such as \(first.path): \(first.problem ?? "-")",
            fix: "raise the limit it names under `limits`, or repair the file")
    }

    private var sizes: DoctorFinding? {
        let shapes = samples.compactMap { $0.decoded?.image.shape }
        guard let smallest = shapes.min(by: { $0.pixelCount < $1.pixelCount }),
            let largest = shapes.max(by: { $0.pixelCount < $1.pixelCount })
        else { return nil }
        let different = Set(shapes.map { "\($0.width)×\($0.height)" }).count
        let range = "\(smallest.width)×\(smallest.height)"
        let text =
            different == 1
            ? "all \(range)" : "\(range) to \(largest.width)×\(largest.height), \(different) different"
        guard let size = route.forward.size else {
            if different == 1 { return .ok("sizes", text + ", forwarded as they are") }
            return .warn(
                "sizes", text + ", forwarded as they are: the model resizes them itself",
                fix:
                    "set `forward: {size: {width: …, height: …}}` to the model's input, so that squeezing and scaling attacks "
                    + "are seen at the size that counts")
        }
        return .ok("sizes", "\(text), forwarded as \(size.width)×\(size.height)")
    }
}
