/// Finds an orientation in an XMP packet (ISO 16684-1), which some viewers obey where EXIF gives none.
///
/// It is not applied: it only shows that two viewers may turn the image differently.
enum XMPOrientation {
    /// True when the packet names `tiff:Orientation` with anything but 1.
    static func isTurned(_ bytes: Span<UInt8>, _ packet: Range<Int>) -> Bool {
        let region = bytes.extracting(packet)
        let name = Array("tiff:Orientation".utf8)
        var i = 0
        while i + name.count < region.count {
            if region[i] == name[0], region.holds(name, at: i) {
                i += name.count
                // `="6"`, `='6'` or `>6<`, with any white space: the first digit is the value.
                var digit = i
                while digit < region.count, digit < i + 16, !(0x30...0x39).contains(region[digit]) { digit += 1 }
                if digit < region.count, region[digit] != 0x31 { return true }
            } else {
                i += 1
            }
        }
        return false
    }
}
