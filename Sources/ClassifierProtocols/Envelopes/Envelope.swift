internal import AdmissionPolicy
package import GuardPipeline
internal import ImageCodecs

/// A request body, opened: the image in it, and how another one is put in its place.
///
/// A raw image is its own envelope. In a form (multipart/form-data) the image is a part, in JSON it is a base64 text, with or
/// without `data:` before it, wherever it stands: TorchServe's and FastAPI's forms, TensorFlow Serving's and KServe's
/// `{"b64": …}`, the BYTES of the Open Inference Protocol, Hugging Face's `inputs`, chat-style `image_url`. What a model
/// could take for an image beside it is a fault, so that there is no second one that nobody looks at.
package struct Envelope: Sendable {
    /// How the image lies in the body.
    package enum Form: String, Hashable, Sendable {
        case raw, json
        case form = "multipart"
    }

    /// How the image lies in the body.
    package let form: Form
    /// The encoded image; the whole body where there was none to be found.
    package let image: [UInt8]
    /// What the request says the image is; nil where it says nothing.
    package let contentType: String?
    /// Where it is: a JSON pointer, a part's name; nil for a raw body.
    package let place: String?
    /// Why the body cannot be inspected; nil where it can.
    package let fault: EnvelopeFault?
    private let original: [UInt8]
    private let originalType: String?
    private let pieces: [Piece]
    private let delimiter: [UInt8]

    /// What a body is put together from.
    enum Piece: Sendable {
        /// Bytes of the original.
        case original(Range<Int>)
        /// The image as it is.
        case image
        /// The image as base64.
        case base64
        /// Its media type, in the place of what stands at the range; the original's where the format is the same.
        case mediaType(Range<Int>?)
        /// Its length in decimal.
        case length
        /// `data:` and `;base64,`, which stand around a media type.
        case dataScheme, base64Mark
    }

    /// An image that was found in a body.
    struct Find {
        let image: [UInt8]
        let contentType: String?
        let place: String
        let pieces: [Piece]
        /// What must not occur in an image that is put there; empty for nothing.
        let delimiter: [UInt8]
    }

    /// Opens the body of `request` where its route says that an image may lie in one.
    package init(of request: InspectionRequest) {
        switch request.route.imageSource {
        case .auto: self.init(opening: request.body, contentType: request.contentType)
        case .body: self.init(raw: request.body, contentType: request.contentType)
        }
    }

    private init(raw body: [UInt8], contentType: String?) {
        (form, original, image, self.contentType, place, fault) = (.raw, body, body, contentType, nil, nil)
        (originalType, pieces, delimiter) = (contentType, [], [])
    }

    private init(_ form: Form, _ body: [UInt8], contentType: String?, fault: EnvelopeFault) {
        (self.form, original, image, self.contentType, place) = (form, body, body, contentType, nil)
        (originalType, pieces, delimiter) = (contentType, [], [])
        self.fault = fault
    }

    private init(_ form: Form, _ body: [UInt8], contentType: String?, find: Find) {
        (self.form, original, image, self.contentType) = (form, body, find.image, find.contentType)
        (place, fault, pieces, delimiter) = (find.place, nil, find.pieces, find.delimiter)
        originalType = contentType
    }

    /// Opens `body`, which came with `contentType`. Reads it once or twice; takes time that grows as its length does.
    package init(opening body: [UInt8], contentType: String?) {
        let type = MediaType(contentType)
        let sniffed = ImageSniffer.detect(body.span)
        let form: Form = type.isMultipart ? .form : !sniffed.isImage && (type.isJSON || sniffed == .json) ? .json : .raw
        do throws(EnvelopeFault) {
            switch form {
            case .raw: self.init(raw: body, contentType: contentType)
            case .form:
                guard type.isForm else { throw .ambiguousType }
                let find = try FormEnvelope.find(in: body, boundary: type.boundary)
                self.init(.form, body, contentType: contentType, find: find)
            case .json:
                guard type.mayBeJSON else { throw .ambiguousType }
                self.init(.json, body, contentType: contentType, find: try JSONEnvelope.find(in: body))
            }
        } catch {
            self.init(form, body, contentType: contentType, fault: error)
        }
    }

    /// The body with `image` in the place of its own; nil where the image holds what ends it in this form.
    package func body(with image: [UInt8], mediaType: String) -> [UInt8]? {
        if form == .raw || fault != nil { return image }
        guard delimiter.isEmpty || ByteSearch.first(delimiter, in: image, from: 0) == nil else { return nil }
        let isSameFormat = ImageSniffer.detect(self.image.span) == ImageSniffer.detect(image.span)
        var body: [UInt8] = []
        body.reserveCapacity(max(0, original.count - self.image.count) + image.count * 4 / 3 + 64)
        for piece in pieces {
            switch piece {
            case .original(let range): body += original[range]
            case .image: body += image
            case .base64: body += Base64.encode(image)
            case .mediaType(let range?) where isSameFormat: body += original[range]
            case .mediaType: body += Array(mediaType.utf8)
            case .length: body += Array(String(image.count).utf8)
            case .dataScheme: body += Array("data:".utf8)
            case .base64Mark: body += Array(";base64,".utf8)
            }
        }
        return body
    }

    /// `request` about the image alone, or with the fault of its body.
    package func request(_ request: InspectionRequest) -> InspectionRequest {
        if form == .raw { return request }
        return InspectionRequest(
            route: request.route, body: image, contentType: contentType, client: request.client,
            nowSeconds: request.nowSeconds, deadline: request.deadline,
            fault: fault.map { .unsupported(detected: $0.rawValue) })
    }

    /// A probe that puts every image into this envelope before `probe` sends it.
    package func probe(_ probe: any ClassifierProbe) -> any ClassifierProbe {
        form == .raw ? probe : EnvelopeProbe(envelope: self, probe: probe)
    }

    /// The body as it came.
    fileprivate var whole: [UInt8] { original }
    /// The request's own content type, said anew for a body that is ours: with it go digests of the client's bytes, and a
    /// second content type.
    fileprivate var outerType: String { originalType ?? "application/json" }
}

/// Sends images in the form that the request had.
private struct EnvelopeProbe: ClassifierProbe {
    let envelope: Envelope
    let probe: any ClassifierProbe

    func ask(_ question: ProbeQuestion) async throws(ProbeError) -> ProbeAnswer {
        guard let mediaType = question.mediaType else {
            return try await probe.ask(ProbeQuestion(body: envelope.whole, mediaType: nil, purpose: question.purpose))
        }
        guard let body = envelope.body(with: question.body, mediaType: mediaType) else {
            throw .broken(detail: "the defended image holds the boundary of its form")
        }
        return try await probe.ask(ProbeQuestion(body: body, mediaType: envelope.outerType, purpose: question.purpose))
    }
}
