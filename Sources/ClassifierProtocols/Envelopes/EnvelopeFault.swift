/// Why a JSON or form body is refused rather than looked at in part: what a model behind us might read, nobody looked at.
package enum EnvelopeFault: String, Error, Hashable, Sendable, CaseIterable {
    /// The body is no JSON, or has a key twice: two readers may see two bodies.
    case malformedJSON = "json-malformed"
    /// The body is no form as RFC 7578 has it: a boundary that is missing, doubled or never closed, text before or behind.
    case malformedForm = "form-malformed"
    /// No text and no part is an image.
    case noImage = "no-image"
    /// More than one is: they cannot be judged one by one yet.
    case severalImages = "several-images"
    /// An address whose picture the model would fetch.
    case remoteImage = "image-by-address"
    /// Numbers that may be pixels.
    case tensor = "image-in-numbers"
    /// Base64 that some decoders read and others refuse, or a picture's that is not written as the standard has it.
    case looseBase64 = "loose-base64"
    /// Base64, JSON in a text, or a part that is neither text nor the image.
    case unknownContent = "unknown-content"
    /// A content type under which servers read such a body in several ways: none for JSON or forms, or with parameters beside
    /// `boundary` and `charset=utf-8`.
    case ambiguousType = "ambiguous-type"
    /// Pixels in shared memory, or behind the JSON.
    case outOfBand = "image-elsewhere"

    /// What to do about it, for the record and the operator.
    package var advice: String {
        switch self {
        case .malformedJSON: "send JSON with every key once"
        case .malformedForm: "send multipart/form-data as RFC 7578 has it, each name once, nothing around the parts"
        case .noImage: "send the image in the body, in a form's part, or as base64 in a JSON text"
        case .severalImages: "send one image in a request"
        case .remoteImage: "send the image itself and not its address"
        case .tensor: "send an encoded image and not its numbers"
        case .looseBase64: "write base64 as RFC 4648, section 4, has it, padded and without white space"
        case .unknownContent: "send nothing beside the image but short texts and numbers"
        case .ambiguousType: "send application/json or multipart/form-data, without other parameters"
        case .outOfBand: "send the image in the request itself"
        }
    }
}
