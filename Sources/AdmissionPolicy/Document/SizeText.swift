/// Sizes as people write them: `20 MB`, `64 KiB`, `50 MP`, `4096`.
enum SizeText {
    /// Factors of bytes: decimal kB, MB, GB and binary KiB, MiB, GiB.
    static let byteUnits: [(name: String, factor: Int)] = [
        ("", 1), ("B", 1), ("kB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("KiB", 1 << 10), ("MiB", 1 << 20),
        ("GiB", 1 << 30),
    ]
    /// Factors of pixels: kP and MP, thousands and millions.
    static let pixelUnits: [(name: String, factor: Int)] = [("", 1), ("kP", 1000), ("MP", 1_000_000)]

    /// The whole number that `text` stands for; nil when it is no number with one of `units`, or overflows.
    static func parse(_ text: String, units: [(name: String, factor: Int)]) -> Int? {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "_") }
        let unit = text.dropFirst(digits.count).drop { $0 == " " }
        guard let factor = units.first(where: { $0.name.lowercased() == unit.lowercased() })?.factor else {
            return nil
        }
        let plain = digits.replacing("_", with: "")
        if let whole = Int(plain) {
            let (product, isOverflowing) = whole.multipliedReportingOverflow(by: factor)
            return isOverflowing ? nil : product
        }
        guard let value = Double(plain), value.isFinite, factor > 1 else { return nil }
        let product = value * Double(factor)
        guard product < 1e15, product.rounded() == product else { return nil }
        return Int(product)
    }
}
