internal import AdmissionPolicy
internal import ClassifierProtocols
internal import ImageCodecs
internal import NIOCore

/// Takes the body of an inspected request in, and reads the image's header while it arrives.
struct BodyCollector {
    /// A body reserves at most so many bytes before it has sent any: declaring much costs a client nothing.
    private static let firstStep = 64 * 1024

    let route: RouteEntry
    let reservation: BodyReservation
    private(set) var bytes: [UInt8] = []
    /// The image's header, once it is known.
    private(set) var header: ImageHeader?
    private var scanner: HeaderScanner
    private var isScanning = true
    private let refusesBadImages: Bool
    /// The declared length, or the route's limit.
    private let end: Int
    private let contentType: String?
    /// The image lies in a form or in JSON; what its header says is known when the body is whole.
    private var isEnvelope = false
    private var envelopeCharge = 0

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

    /// A collector for a body of `declared` bytes, or of an unknown number, that begins with `reservation`.
    init(route: RouteEntry, reservation: BodyReservation, declared: Int?, contentType: String? = nil) {
        self.contentType = contentType
        self.route = route
        self.reservation = reservation
        scanner = HeaderScanner(limits: route.plan.decodeLimits)
        // What monitoring finds, and what a policy lets through, is the guard's to say when the body is in.
        refusesBadImages = route.plan.mode == .enforce && route.plan.failures.undecodable == .reject
        end = min(declared ?? .max, route.plan.bodyBytes)
        bytes.reserveCapacity(reservation.size)
    }

    /// Bytes that a body of `declared` bytes, or of an unknown number, reserves before any has come.
    static func firstStep(route: RouteEntry, declared: Int?) -> Int {
        min(firstStep, declared ?? .max, route.plan.bodyBytes)
    }

    /// Takes a piece in.
    mutating func take(_ piece: ByteBuffer) -> Step {
        let total = bytes.count + piece.readableBytes
        if total > route.plan.bodyBytes { return .tooLarge }
        if total > reservation.size {
            // Twice as much each time, so that no byte is copied more than twice on average, and nobody holds more than
            // twice what he sent.
            let wanted = min(end, reservation.size * 2)
            guard reservation.grow(to: max(total, wanted)) || reservation.grow(to: total) else { return .noMemory }
            bytes.reserveCapacity(reservation.size)
        }
        if bytes.isEmpty, let first = piece.readableBytesView.first, route.plan.imageSource == .auto {
            isEnvelope = EnvelopeHeader.isEnvelope(contentType: contentType, first: first)
            if isEnvelope { isScanning = false }
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

    /// The last byte is in: looks for the header of an image in a form or in JSON. Why it is refused from that; nil where it is
    /// not.
    mutating func finish() -> CodecError? {
        guard isEnvelope else { return nil }
        switch EnvelopeHeader(in: bytes, contentType: contentType, limits: route.plan.decodeLimits) {
        case .none: envelopeCharge = 0
        case .header(let header): envelopeCharge = route.charge(for: header)
        case .unread where refusesBadImages: return .malformed(format: nil, detail: "no header within a megabyte")
        // It has its turn when nothing else does.
        case .unread: envelopeCharge = .max / 8
        }
        return nil
    }

    /// Bytes that the guard may hold for this image at once; 0 while its header is not known.
    var charge: Int { header.map { route.charge(for: $0) } ?? envelopeCharge }
}
