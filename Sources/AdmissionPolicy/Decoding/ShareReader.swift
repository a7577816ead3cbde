extension MappingReader {
    /// The share given for `name`, `1%` or `0.01`, above 0 and below 1 (or up to 100 % where `mayBeAll`); nil when there
    /// is none or, noted, when it is something else.
    func share(_ name: String, mayBeAll: Bool = false) -> Double? {
        guard let text = text(name) else { return nil }
        if let share = ShareText.parse(text), share > 0, share < 1 || (mayBeAll && share == 1 && text.hasSuffix("%")) {
            return share
        }
        mistakes.add(
            place(of: name),
            "\(name): must be a share such as 1% or 0.01, above 0 and \(mayBeAll ? "at most 100%" : "below 1"), not `\(text)`"
        )
        return nil
    }
}

/// Shares as people write them: `1%`, `0.1 %`, `0.01`.
package enum ShareText {
    /// The number closest to what `text` stands for; nil when it is no share. A percentage is read as one decimal number,
    /// since 0.7 / 100 is not the number closest to 0.007.
    package static func parse(_ text: String) -> Double? {
        var digits = text[...]
        let isPercent = digits.hasSuffix("%")
        if isPercent {
            digits = digits.dropLast()
            while digits.hasSuffix(" ") { digits = digits.dropLast() }
        }
        guard (1...20).contains(digits.utf8.count), digits.utf8.first != UInt8(ascii: "."),
            digits.utf8.allSatisfy({ $0 == UInt8(ascii: ".") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return Double(isPercent ? digits + "e-2" : digits)
    }

    /// `1%`, `0.1%`: as few digits as give the share to six places.
    package static func text(_ share: Double) -> String {
        let millionths = Int((share * 100_000_000).rounded())
        var text = String(millionths / 1_000_000)
        let rest = String(millionths % 1_000_000 + 1_000_000).dropFirst()
        let digits = rest.reversed().drop { $0 == "0" }.reversed()
        if !digits.isEmpty { text += "." + String(digits) }
        return text + "%"
    }
}
