/// Makes EXIF data, in either byte order, with whatever offsets a test wants.
struct TIFFFixture {
    /// Number of columns and rows in the EXIF directory; nil leaves the tags out.
    var size: (width: Int, height: Int)?
    /// Bytes of the thumbnail.
    var thumbnail: [UInt8] = []
    /// What is said of it instead of the truth.
    var claimedOffset: Int?
    var claimedLength: Int?
    /// 1...8.
    var orientation = 1
    var isLittle = true

    /// The structure: the first directory, EXIF's, the thumbnail's, and the thumbnail.
    var bytes: [UInt8] {
        let exif = 8 + 2 + 24 + 4
        let second = exif + 2 + 24 + 4
        let data = second + 2 + 24 + 4
        var bytes: [UInt8] = isLittle ? [0x49, 0x49, 0x2A, 0] : [0x4D, 0x4D, 0, 0x2A]
        bytes += number(8, 4)
        bytes += directory([(0x0112, 3, orientation), (0x8769, 4, exif)], next: thumbnail.isEmpty ? 0 : second)
        bytes += directory([(0xA002, 4, size?.width ?? 0), (0xA003, 3, size?.height ?? 0)], next: 0)
        bytes += directory(
            [(0x0201, 4, claimedOffset ?? data), (0x0202, 4, claimedLength ?? thumbnail.count)], next: 0)
        return bytes + thumbnail
    }

    /// The payload of an APP1 segment.
    var segment: [UInt8] { Array("Exif\0\0".utf8) + bytes }

    private func directory(_ entries: [(tag: Int, type: Int, value: Int)], next: Int) -> [UInt8] {
        var bytes = number(entries.count, 2)
        for entry in entries {
            bytes += number(entry.tag, 2) + number(entry.type, 2) + number(1, 4)
            bytes += entry.type == 3 ? number(entry.value, 2) + [0, 0] : number(entry.value, 4)
        }
        return bytes + number(next, 4)
    }

    private func number(_ value: Int, _ count: Int) -> [UInt8] {
        let little = (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        return isLittle ? little : little.reversed()
    }
}
