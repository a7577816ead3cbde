/// An address to listen on.
struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
    /// A name or an address, without brackets.
    let host: String
    /// 0...65535; 0 lets the system choose.
    let port: Int

    /// An address of its parts.
    init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// From `host:port`, `[v6]:port`, or `:port` for all addresses; nil for anything else.
    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65535).contains(port)
        else { return nil }
        var host = text[..<colon]
        if host.first == "[", host.last == "]" {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard !host.contains(where: { "/@[] ".contains($0) }) else { return nil }
        self.init(host: host.isEmpty ? "0.0.0.0" : String(host), port: port)
    }

    /// `127.0.0.1:8080`, `[::1]:8080`.
    var description: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}

/// Reads and writes amounts with units.
enum Quantity {
    /// What `duration` reads, for messages.
    static let durationForm = "a time such as 250ms, 5s, 2m or 1h"
    /// What `bytes` reads, for messages.
    static let sizeForm = "a size such as 64KiB, 16MiB, 1GiB or a number of bytes"

    private static let durationUnits: [(name: String, milliseconds: Int)] = [
        ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ]
    private static let sizeUnits: [(name: String, bytes: Int)] = [
        ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("kB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000),
        ("B", 1),
    ]

    /// A time: a whole or decimal number and `ms`, `s`, `m`, `h` or `d`; nil for anything else. `0` needs no unit.
    static func duration(_ text: String) -> Duration? {
        if text == "0" { return .zero }
        // `ms` stands first, so that its `s` is not taken for seconds.
        for unit in durationUnits where text.hasSuffix(unit.name) {
            guard let count = decimal(text.dropLast(unit.name.count)) else { return nil }
            let milliseconds = (count * Double(unit.milliseconds)).rounded()
            // A hundred years, far inside an Int of milliseconds.
            guard milliseconds <= 3.2e12 else { return nil }
            return .milliseconds(Int(milliseconds))
        }
        return nil
    }

    /// The shortest text that reads back as `duration`, to the millisecond.
    static func text(_ duration: Duration) -> String {
        let parts = duration.components
        let milliseconds = Int(parts.seconds) * 1000 + Int(parts.attoseconds / 1_000_000_000_000_000)
        if milliseconds == 0 { return "0s" }
        // Hours and days stay hours: "24h" says more than "1d" where a day is one turn of a clock.
        let fitting = durationUnits.dropLast().last { milliseconds.isMultiple(of: $0.milliseconds) }
        guard let fitting, fitting.name != "m" || milliseconds >= 120_000 else { return "\(milliseconds / 1000)s" }
        return "\(milliseconds / fitting.milliseconds)\(fitting.name)"
    }

    /// A number of bytes: a whole or decimal number and `KiB`, `MiB`, `GiB`, `kB`, `MB`, `GB`, `B` or none; nil for
    /// anything else.
    static func bytes(_ text: String) -> Int? {
        for unit in sizeUnits where text.lowercased().hasSuffix(unit.name.lowercased()) {
            guard let count = decimal(text.dropLast(unit.name.count)) else { return nil }
            let bytes = (count * Double(unit.bytes)).rounded()
            // 2^50 bytes, exact in a Double.
            return bytes <= 1_125_899_906_842_624 ? Int(bytes) : nil
        }
        guard let bytes = Int(text), (0...1_125_899_906_842_624).contains(bytes) else { return nil }
        return bytes
    }

    /// The shortest text that reads back as `bytes`.
    static func text(bytes: Int) -> String {
        for unit in sizeUnits.prefix(3).reversed() where bytes > 0 && bytes.isMultiple(of: unit.bytes) {
            return "\(bytes / unit.bytes)\(unit.name)"
        }
        return String(bytes)
    }

    /// `count` times 1, 1.5, …: digits with at most one point; no sign, no exponent.
    private static func decimal(_ text: Substring) -> Double? {
        guard !text.isEmpty, text.count <= 15, text.allSatisfy({ ("0"..."9").contains($0) || $0 == "." }) else {
            return nil
        }
        return Double(text)
    }
}
