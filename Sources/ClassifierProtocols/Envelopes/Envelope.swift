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
    private let pieces: [Piece]

    /// What a body is put together from.
    enum Piece: Sendable {
        /// Bytes of the original.
        case original(Range<Int>)
        /// The image as it is.
        case image
        /// The image as base64.
        case base64
        /// Its media type.
        case mediaType
        /// `data:` and `;base64,`, which stand around a media type.
        case dataScheme, base64Mark
    }

    /// An image that was found in a body.
    struct Find {
        let image: [UInt8]
        let contentType: String?
        let place: String
        let pieces: [Piece]
    }

    /// Opens the body of `request` where its route says that an image may lie in one.
    package init(of request: InspectionRequest) {
        switch request.route.imageSource {
        case .auto: self.init(opening: request.body, contentType: request.contentType)
        case .body: self.init(raw: request.body, contentType: request.contentType)
        }
    }

    private init(raw body: [UInt8], contentType: String?) {
        (form, original, image, self.contentType, place, fault, pieces) = (.raw, body, body, contentType, nil, nil, [])
    }

    /// Opens `body`, which came with `contentType`. Reads it once; takes time that grows as its length does.
    package init(opening body: [UInt8], contentType: String?) {
        original = body
        let type = MediaType(contentType)
        let sniffed = ImageSniffer.detect(body.span)
        let find: Find
        do throws(EnvelopeFault) {
            if type.isForm {
                form = .form
                find = try FormEnvelope.find(in: body, boundary: type.boundary)
            } else if !sniffed.isImage, type.isJSON || sniffed == .json {
                form = .json
                find = try JSONEnvelope.find(in: body)
            } else {
                form = .raw
                (image, self.contentType, place, fault, pieces) = (body, contentType, nil, nil, [])
                return
            }
        } catch {
            (image, self.contentType, place, fault, pieces) = (body, contentType, nil, error, [])
            return
        }
        (image, self.contentType, place, fault, pieces) = (find.image, find.contentType, find.place, nil, find.pieces)
    }

    /// The body with `image` in the place of its own.
    package func body(with image: [UInt8], mediaType: String) -> [UInt8] {
        if form == .raw || fault != nil { return image }
        var body: [UInt8] = []
        body.reserveCapacity(original.count - self.image.count + image.count * 4 / 3 + 64)
        for piece in pieces {
            switch piece {
            case .original(let range): body += original[range]
            case .image: body += image
            case .base64: body += Base64.encode(image)
            case .mediaType: body += Array(mediaType.utf8)
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
}

/// Sends images in the form that the request had.
private struct EnvelopeProbe: ClassifierProbe {
    let envelope: Envelope
    let probe: any ClassifierProbe

    func ask(_ question: ProbeQuestion) async throws(ProbeError) -> ProbeAnswer {
        // The request's own content type stays: its boundary, or JSON.
        let body = question.mediaType.map { envelope.body(with: question.body, mediaType: $0) } ?? envelope.whole
        return try await probe.ask(ProbeQuestion(body: body, mediaType: nil, purpose: question.purpose))
    }
}

/// The parts of a `Content-Type` that decide how a body is opened.
struct MediaType {
    /// Lower case, without parameters.
    let essence: String
    /// The `boundary` parameter; nil without one, or with two.
    let boundary: String?

    /// Reads a field's value; nil stands for an absent field.
    init(_ value: String?) {
        let parts = (value ?? "").split(separator: ";", omittingEmptySubsequences: false)
        essence = Self.trimmed(parts.first ?? "").lowercased()
        let boundaries = parts.dropFirst().compactMap { part -> String? in
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, Self.trimmed(pair[0]).lowercased() == "boundary" else { return nil }
            return Self.unquoted(Self.trimmed(pair[1]))
        }
        boundary = boundaries.count == 1 ? boundaries[0] : nil
    }

    /// A form, whatever its subtype: servers that take one kind take the others.
    var isForm: Bool { essence.hasPrefix("multipart/") }
    /// JSON by its name.
    var isJSON: Bool { essence.hasSuffix("/json") || essence.hasSuffix("+json") }

    static func trimmed(_ text: some StringProtocol) -> String {
        var text = text[...]
        while let last = text.last, last == " " || last == "\t" { text = text.dropLast() }
        while let first = text.first, first == " " || first == "\t" { text = text.dropFirst() }
        return String(text)
    }

    static func unquoted(_ text: String) -> String {
        text.count >= 2 && text.hasPrefix("\"") && text.hasSuffix("\"") ? String(text.dropFirst().dropLast()) : text
    }
}
