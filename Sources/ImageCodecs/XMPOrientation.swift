/// Finds an orientation in an XMP packet (ISO 16684-1), which some viewers obey where EXIF gives none.
///
/// It is not applied: it only shows that two viewers may turn the image differently.
enum XMPOrientation {
    /// True when the packet in `range` gives an `Orientation`, of any namespace prefix, in any way but as exactly 1: the
    /// attribute `="1"` or the element `>1<`, with white space or without. True as well where the packet's first bytes
    /// hold a zero, since then it is no UTF-8, and is not read here.
    static func isTurned(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        let packet = bytes.extracting(range)
        for i in 0..<min(4, packet.count) where packet[i] == 0 { return true }
        let name = Array("Orientation".utf8)
        var i = 0
        while i + 1 + name.count < packet.count {
            if packet[i] == UInt8(ascii: ":"), packet.holds(name, at: i + 1) {
                i += 1 + name.count
                if isTurned(packet, after: i) { return true }
            } else {
                i += 1
            }
        }
        return false
    }

    /// Whether what stands behind the name gives another value than 1. Nothing does where the name goes on, or no value
    /// follows it before its tag ends: that is a closing tag.
    private static func isTurned(_ packet: Span<UInt8>, after start: Int) -> Bool {
        var i = afterSpace(packet, start)
        guard i < packet.count else { return false }
        let opening = packet[i]
        if opening == UInt8(ascii: "=") {
            i = afterSpace(packet, i + 1)
            guard i < packet.count else { return true }
            return !isOne(packet, from: i + 1, endingWith: packet[i])
        }
        if opening == UInt8(ascii: ">") {
            return isClosing(packet, before: start) ? false : !isOne(packet, from: i + 1, endingWith: UInt8(ascii: "<"))
        }
        // An element with attributes of its own, whose value is not looked for.
        return i > start
    }

    /// True when the name that ends at `end` began with `</`.
    private static func isClosing(_ packet: Span<UInt8>, before end: Int) -> Bool {
        var i = end
        while i > 0, end - i < 64 {
            i -= 1
            if packet[i] == UInt8(ascii: "<") { return packet[i + 1] == UInt8(ascii: "/") }
        }
        return false
    }

    private static func isOne(_ packet: Span<UInt8>, from start: Int, endingWith end: UInt8) -> Bool {
        let digit = afterSpace(packet, start)
        guard digit < packet.count, packet[digit] == UInt8(ascii: "1") else { return false }
        let next = afterSpace(packet, digit + 1)
        return next < packet.count && packet[next] == end
    }

    private static func afterSpace(_ packet: Span<UInt8>, _ start: Int) -> Int {
        var i = start
        while i < packet.count, packet[i] == 0x20 || (0x09...0x0D).contains(packet[i]) { i += 1 }
        return i
    }
}
