internal import AdmissionPolicy
internal import ImageCodecs
internal import NIOCore

/// Takes the body of an inspected request in, and reads the image's header while it arrives.
struct BodyCollector {
    /// Chunked bodies reserve their share of the budget in steps of this many bytes.
    private static let step = 256 * 1024

    let route: RouteEntry
    let reservation: BodyReservation
    private(set) var bytes: [UInt8] = []
    /// The image's header, once it is known.
    private(set) var header: ImageHeader?
    private var scanner: HeaderScanner
    private var isScanning = true
    private let refusesBadImages: Bool

    /// What a piece of body led to.
    enum Step {
        /// Go on.
        case taken
        /// The body passes the route's limit.
        case tooLarge
        /// The budget of all bodies is used up.
        case noMemory
        /// The image is refused from its header.
        case badImage(CodecError)
    }

    /// A collector with `reservation`, for a body of `declared` bytes, or of an unknown number.
    init(route: RouteEntry, reservation: BodyReservation, declared: Int?) {
        self.route = route
        self.reservation = reservation
        scanner = HeaderScanner(limits: route.plan.decodeLimits)
        // What monitoring finds, and what a policy lets through, is the guard's to say when the body is in.
        refusesBadImages = route.plan.mode == .enforce && route.plan.failures.undecodable == .reject
        if let declared { bytes.reserveCapacity(declared) }
    }

    /// Bytes that a chunked body reserves at first.
    static func firstStep(route: RouteEntry) -> Int { min(step, route.plan.bodyBytes) }

    /// Takes a piece in.
    mutating func take(_ piece: ByteBuffer) -> Step {
        let total = bytes.count + piece.readableBytes
        if total > route.plan.bodyBytes { return .tooLarge }
        if !reservation.covers(total) {
            let wanted = min(route.plan.bodyBytes, max(total, bytes.count + Self.step))
            guard reservation.grow(to: wanted) else { return .noMemory }
        }
        if isScanning {
            do throws(CodecError) {
                header = try scanner.feed(piece.readableBytesUInt8Span)
                if header != nil { isScanning = false }
            } catch {
                isScanning = false
                if refusesBadImages { return .badImage(error) }
            }
        }
        bytes.append(contentsOf: piece.readableBytesView)
        return .taken
    }

    /// Bytes that the guard may hold for this image at once; 0 while its header is not known.
    var charge: Int { header.map { route.charge(for: $0) } ?? 0 }
}
