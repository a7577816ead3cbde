/// What the first bytes of a body look like.
package enum SniffedType: String, Hashable, Sendable, CaseIterable {
    case png, jpeg, gif, webp, tiff, bmp, avif, heif, jp2, jxl, pnm, ico, psd, qoi, pdf, zip, gzip, html, svg, json,
        unknown

    /// The name in findings and records: `png`, `html`, …, `unknown`.
    package var name: String { rawValue }

    /// The format, where it is one that is decoded.
    package var imageFormat: ImageFormat? {
        switch self {
        case .png: .png
        case .jpeg: .jpeg
        default: nil
        }
    }

    /// True for pictures, whether they are decoded here or not.
    package var isImage: Bool {
        switch self {
        case .png, .jpeg, .gif, .webp, .tiff, .bmp, .avif, .heif, .jp2, .jxl, .pnm, .ico, .psd, .qoi, .svg: true
        default: false
        }
    }
}

/// Tells types by their first bytes, whatever the request declares.
package enum ImageSniffer {
    /// As many bytes as are looked at.
    package static let prefixBytes = 512

    /// The type that `prefix`, the first bytes of a body, looks like; `unknown` when nothing matches.
    package static func detect(_ prefix: Span<UInt8>) -> SniffedType {
        if let type = detectSignature(prefix) { return type }
        // Two letters prove little: the reserved bytes of a bitmap's header must be zero as well.
        if prefix.holds([0x42, 0x4D], at: 0), prefix.holds([0, 0, 0, 0], at: 6) { return .bmp }
        return detectText(prefix)
    }

    /// True when `prefix` begins with a picture, or a picture follows an empty line, as in the parts of a form.
    ///
    /// What stands before a form's first boundary is ignored by those who read forms, so it proves nothing here either.
    package static func holdsImage(_ prefix: Span<UInt8>) -> Bool {
        if detect(prefix).isImage { return true }
        // A caller may hold much more of the body than is looked at.
        let prefix = prefix.extracting(0..<min(prefix.count, prefixBytes))
        for i in 0..<prefix.count where prefix[i] == 0x0A {
            let isEmpty = prefix.holds([0x0A], at: i + 1) || prefix.holds([0x0D, 0x0A], at: i + 1)
            guard isEmpty else { continue }
            let start = i + (prefix[i + 1] == 0x0A ? 2 : 3)
            if start < prefix.count, detect(prefix.extracting(start..<prefix.count)).isImage { return true }
        }
        return false
    }

    /// The eight bytes that every PNG begins with.
    static let pngSignature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    /// Start of image and the first byte of the next marker.
    static let jpegSignature: [UInt8] = [0xFF, 0xD8, 0xFF]

    private static let signatures: [(bytes: [UInt8], type: SniffedType)] = [
        (pngSignature, .png),
        (jpegSignature, .jpeg),
        ([0x47, 0x49, 0x46, 0x38, 0x37, 0x61], .gif),
        ([0x47, 0x49, 0x46, 0x38, 0x39, 0x61], .gif),
        ([0x49, 0x49, 0x2A, 0x00], .tiff),
        ([0x4D, 0x4D, 0x00, 0x2A], .tiff),
        ([0x49, 0x49, 0x2B, 0x00], .tiff),
        ([0x4D, 0x4D, 0x00, 0x2B], .tiff),
        ([0x00, 0x00, 0x00, 0x0C, 0x6A, 0x50, 0x20, 0x20], .jp2),
        ([0xFF, 0x4F, 0xFF, 0x51], .jp2),
        ([0x00, 0x00, 0x00, 0x0C, 0x4A, 0x58, 0x4C, 0x20], .jxl),
        ([0xFF, 0x0A], .jxl),
        ([0x00, 0x00, 0x01, 0x00], .ico),
        ([0x38, 0x42, 0x50, 0x53], .psd),
        ([0x71, 0x6F, 0x69, 0x66], .qoi),
        ([0x25, 0x50, 0x44, 0x46, 0x2D], .pdf),
        ([0x50, 0x4B, 0x03, 0x04], .zip),
        ([0x50, 0x4B, 0x05, 0x06], .zip),
        ([0x1F, 0x8B], .gzip),
    ]

    private static func detectSignature(_ prefix: Span<UInt8>) -> SniffedType? {
        for entry in signatures where prefix.holds(entry.bytes, at: 0) { return entry.type }
        if prefix.holds(Array("ftyp".utf8), at: 4) {
            let isAVIF = prefix.holds(Array("avi".utf8), at: 8)
            let isHEIF = ["heic", "heix", "hevc", "heim", "mif1", "msf1"].contains {
                prefix.holds(Array($0.utf8), at: 8)
            }
            if isAVIF || isHEIF { return isAVIF ? .avif : .heif }
        }
        // The text formats of Netpbm: a P, a digit from 1 to 7, white space.
        if prefix.count > 2, prefix[0] == 0x50, (0x31...0x37).contains(prefix[1]), isSpace(prefix[2]) { return .pnm }
        let isRIFF = prefix.holds(Array("RIFF".utf8), at: 0)
        return isRIFF && prefix.holds(Array("WEBP".utf8), at: 8) ? .webp : nil
    }

    private static func detectText(_ prefix: Span<UInt8>) -> SniffedType {
        var start = prefix.holds([0xEF, 0xBB, 0xBF], at: 0) ? 3 : 0
        while start < prefix.count, isSpace(prefix[start]) { start += 1 }
        guard start < prefix.count else { return .unknown }
        switch prefix[start] {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            return .json
        case UInt8(ascii: "<"):
            return detectMarkup(prefix, from: start)
        default:
            return .unknown
        }
    }

    private static func detectMarkup(_ prefix: Span<UInt8>, from start: Int) -> SniffedType {
        for tag in ["<!doctype html", "<html", "<script", "<head", "<body"]
        where prefix.holdsText(tag, at: start) {
            return .html
        }
        for i in start..<min(prefix.count, prefixBytes) where prefix.holdsText("<svg", at: i) { return .svg }
        return .unknown
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }
}
