internal import PixelCore

/// Looks for the signatures of other formats inside parts of a file where they do not belong.
struct SignatureSearch {
    /// What was found, in the order of first appearance, each once.
    private(set) var found: [String] = []

    private let cancellation: CancellationFlag

    /// The flag is asked for every `partBytes` bytes.
    private static let partBytes = 65_536

    /// A search that has found nothing.
    init(cancellation: CancellationFlag) {
        self.cancellation = cancellation
    }

    /// Searches `range` of `bytes`; throws `cancelled` alone. `exempt` is a format that is normal there: `jpeg` inside EXIF
    /// data, a thumbnail.
    ///
    /// Costs a nanosecond or two a byte, whatever the bytes are. Compressed image data is not searched: what an inflater or
    /// an entropy decoder reads as pixels cannot be told from a container.
    mutating func search(
        _ bytes: Span<UInt8>, _ range: Range<Int>, exempt: String? = nil
    ) throws(CodecError) {
        let region = bytes.extracting(range)
        var start = 0
        while start < region.count {
            if cancellation.isRaised { throw .cancelled }
            let end = min(region.count, start + Self.partBytes)
            for i in start..<end {
                switch region[i] {
                case 0x25, 0x3C, 0x47, 0x50, 0x89, 0xFF:
                    if let name = Self.signature(region, i), name != exempt, !found.contains(name) {
                        found.append(name)
                    }
                default:
                    continue
                }
            }
            start = end
        }
    }

    /// The format whose signature stands at `i`. Four bytes are compared as one number before anything longer is, so that
    /// no filling makes a search slow.
    private static func signature(_ region: Span<UInt8>, _ i: Int) -> String? {
        guard i <= region.count - 4 else { return nil }
        let word =
            UInt32(region[i]) << 24 | UInt32(region[i + 1]) << 16 | UInt32(region[i + 2]) << 8 | UInt32(region[i + 3])
        switch word {
        // A file in an archive, its directory, and the end of that: any of them can stand far from the others.
        case 0x504B_0304, 0x504B_0102, 0x504B_0506: return "zip"
        case 0x2550_4446: return region.holds([0x2D], at: i + 4) ? "pdf" : nil
        case 0x8950_4E47: return region.holds(ImageSniffer.pngSignature, at: i) ? "png" : nil
        default: break
        }
        if word >> 8 == 0xFF_D8FF { return isAfterStart(region[i + 3]) ? "jpeg" : nil }
        return text(region, i, word | 0x2020_2020)
    }

    /// `lowered` has bit 5 of every byte set, which makes capitals small, and leaves or makes the digits and signs below.
    private static func text(_ region: Span<UInt8>, _ i: Int, _ lowered: UInt32) -> String? {
        switch lowered {
        case 0x3C73_7667: "svg"
        case 0x3C3F_7068: region.holdsText("?php", at: i + 1) ? "php" : nil
        case 0x3C68_746D: region.holdsText("l", at: i + 4) ? "html" : nil
        case 0x3C73_6372: region.holdsText("ipt", at: i + 4) ? "html" : nil
        case 0x3C21_646F: region.holdsText("!doctype html", at: i + 1) ? "html" : nil
        case 0x6769_6638: region.holdsText("87a", at: i + 3) || region.holdsText("89a", at: i + 3) ? "gif" : nil
        default: nil
        }
    }

    /// True for a marker that can follow a start of image: three bytes alone turn up by chance in binary metadata.
    private static func isAfterStart(_ code: UInt8) -> Bool {
        switch code {
        case 0xC0, 0xC1, 0xC2, 0xC4, 0xDB, 0xDD, 0xE0...0xEF, 0xFE: true
        default: false
        }
    }
}
