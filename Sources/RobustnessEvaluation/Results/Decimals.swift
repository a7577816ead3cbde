internal import Foundation

/// Numbers as tables print them.
enum Decimals {
    /// With exactly `places` decimals.
    static func fixed(_ value: Double, _ places: Int) -> String {
        String(format: "%.\(places)f", value)
    }

    /// With four significant digits and no exponent where that is readable.
    static func significant(_ value: Double) -> String {
        guard value != 0 else { return "0" }
        let magnitude = abs(value)
        if magnitude >= 1000, magnitude < 1e15 { return fixed(value, 0) }
        if magnitude < 1e-4 || magnitude >= 1e15 { return String(format: "%.3e", value) }
        let places = max(0, 3 - Int(floor(log10(magnitude))))
        var text = fixed(value, places)
        if text.contains(".") {
            while text.hasSuffix("0") { text.removeLast() }
            if text.hasSuffix(".") { text.removeLast() }
        }
        return text
    }
}
