/// Looks for the signatures of other formats inside parts of a file where they do not belong.
struct SignatureSearch {
    /// What was found, in the order of first appearance, each once.
    private(set) var found: [String] = []

    /// Searches `range` of `bytes`. `exempt` is a format that is normal there: `jpeg` inside EXIF data, a thumbnail.
    ///
    /// Costs about a nanosecond a byte; compressed image data is never searched, since what an inflater or an entropy
    /// decoder reads as pixels is no container for anything else.
    mutating func search(_ bytes: Span<UInt8>, _ range: Range<Int>, exempt: String? = nil) {
        let region = bytes.extracting(range)
        for i in region.indices {
            let name: String?
            switch region[i] {
            case 0x50: name = region.holds([0x50, 0x4B, 0x03, 0x04], at: i) ? "zip" : nil
            case 0x25: name = region.holds([0x25, 0x50, 0x44, 0x46, 0x2D], at: i) ? "pdf" : nil
            case 0x3C: name = Self.mayBeMarkup(region, i) ? Self.markup(region, i) : nil
            case 0x47: name = Self.isGIF(region, i) ? "gif" : nil
            case 0x89: name = region.holds(ImageSniffer.pngSignature, at: i) ? "png" : nil
            case 0xFF: name = Self.isJPEG(region, i) ? "jpeg" : nil
            default: continue
            }
            if let name, name != exempt, !found.contains(name) { found.append(name) }
        }
    }

    /// Looks at one byte before five texts are compared: a file of nothing but `<` must not cost more than another.
    private static func mayBeMarkup(_ region: Span<UInt8>, _ i: Int) -> Bool {
        guard i + 1 < region.count else { return false }
        switch region[i + 1] {
        case 0x21, 0x3F, 0x48, 0x53, 0x68, 0x73: return true
        default: return false
        }
    }

    private static func markup(_ region: Span<UInt8>, _ i: Int) -> String? {
        if region.holdsText("<svg", at: i) { return "svg" }
        if region.holdsText("<?php", at: i) { return "php" }
        let isHTML =
            region.holdsText("<html", at: i) || region.holdsText("<script", at: i)
            || region.holdsText("<!doctype html", at: i)
        return isHTML ? "html" : nil
    }

    private static func isGIF(_ region: Span<UInt8>, _ i: Int) -> Bool {
        guard i + 1 < region.count, region[i + 1] | 0x20 == 0x69 else { return false }
        return region.holdsText("gif87a", at: i) || region.holdsText("gif89a", at: i)
    }

    /// Start of image, then a marker that can follow it: three bytes alone turn up by chance in binary metadata.
    private static func isJPEG(_ region: Span<UInt8>, _ i: Int) -> Bool {
        guard i + 3 < region.count, region[i + 1] == 0xD8, region[i + 2] == 0xFF else { return false }
        switch region[i + 3] {
        case 0xC0, 0xC1, 0xC2, 0xC4, 0xDB, 0xDD, 0xE0...0xEF, 0xFE: return true
        default: return false
        }
    }
}
