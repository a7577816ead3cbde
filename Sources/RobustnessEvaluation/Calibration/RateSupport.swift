internal import AdversarialDetectors
internal import Foundation

/// What a sample can promise about a rate.
package enum RateSupport {
    /// True when `images` clean images can promise `rate` at all (`SampleSize.fewest`).
    package static func isSupported(_ rate: Double, by images: Int) -> Bool {
        images >= SampleSize.fewest(for: rate)
    }

    /// How many clean images it takes for the 95 % interval of the false-positive rate to end within `factor` times
    /// `rate`, rounded up to two digits, or three above 10,000: 440 for 5 %, 2,300 for 1 %.
    package static func imagesWithin(factor: Double, of rate: Double) -> Int {
        guard rate > 0, rate < 1, factor > 1 else { return .max }
        func isWithin(_ images: Int) -> Bool {
            // The count that the rate stands for, whole or not: a rounded one would make the interval jump.
            let above = rate * Double(images)
            return BetaDistribution(a: above + 1, b: Double(images) - above).quantile(0.975) <= factor * rate
        }
        var low = 1
        var high = 16
        while !isWithin(high) {
            guard high < 1 << 40 else { return .max }
            (low, high) = (high, high * 2)
        }
        while low + 1 < high {
            let middle = low + (high - low) / 2
            if isWithin(middle) { high = middle } else { low = middle }
        }
        var step = 1
        while high / step >= (high >= 10_000 ? 1000 : 100) { step *= 10 }
        return (high + step - 1) / step * step
    }
}

/// Rates and counts as tables print them.
package enum RateText {
    /// `5 %`, `0.1 %`: as many digits as it takes.
    package static func text(_ rate: Double) -> String {
        var text = Decimals.fixed(rate * 100, 6)
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text + " %"
    }

    /// `4.96 %`: a measured share with `places` decimals.
    package static func percent(_ share: Double, places: Int = 2) -> String {
        Decimals.fixed(share * 100, places) + " %"
    }

    /// A score with four significant digits.
    package static func number(_ value: Double) -> String {
        value.isFinite ? Decimals.significant(value) : "\(value)"
    }

    /// `21,400`.
    package static func grouped(_ count: Int) -> String {
        let digits = Array(String(count))
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3), digits[index - 1] != "-" { text += "," }
            text.append(digit)
        }
        return text
    }

    /// A share from `5%`, `0.1 %` or `0.05`; nil for anything else, or outside 0...0.5 exclusive of 0.
    package static func parse(_ text: String) -> Double? {
        var digits = text.trimmingCharacters(in: .whitespaces)
        let isPercent = digits.hasSuffix("%")
        if isPercent { digits = String(digits.dropLast()).trimmingCharacters(in: .whitespaces) }
        guard !digits.isEmpty, digits.count <= 12, digits.allSatisfy({ ("0"..."9").contains($0) || $0 == "." }),
            // Read with its exponent: 0.7 / 100 is not the number that 0.007 is.
            let share = Double(isPercent ? digits + "e-2" : digits)
        else { return nil }
        return share > 0 && share <= 0.5 ? share : nil
    }
}
