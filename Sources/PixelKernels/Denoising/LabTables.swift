/// The tables behind the 8-bit L\*a\*b\* of linear red, green and blue, as OpenCV's `COLOR_LBGR2Lab` and `COLOR_Lab2LBGR`.
///
/// CIE 1976 with the white of D65 (0.950456, 1, 1.088754): f(t) is the cube root, and 841/108 t + 16/116 below 216/24389;
/// L = 116 f(Y) - 16. No gamma is applied. Made with IEEE additions, multiplications and divisions alone.
enum LabTables {
    /// 32768 f(i / 2040) for i in 0...2040, rounded to a float and then to a whole number, halves to even.
    static let roots: [UInt16] = (0...2040).map { index in
        let t = Double(index) / 2040
        let value = t < 216.0 / 24389 ? t * 841 / 108 + 16.0 / 116 : cubeRoot(t)
        return UInt16(Float(32768 * value).rounded(.toNearestOrEven))
    }

    /// 16384 Y for each L of 0...255 (255 for 100), then 16384 f(Y) for each.
    static let luma: [UInt16] = levels.map { rounded($0.y) } + levels.map { rounded($0.f) }

    private static let levels: [(y: Double, f: Double)] = (0...255).map { index in
        let level = Double(index)
        // Up to L = 8 (20 of 255 levels) Y is L 27/24389.
        if index <= 20 {
            return (level * 16384 * 180 / (17 * 24389), 16384 * (16.0 / 116 + level * 5 / (3 * 17 * 29)))
        }
        let f = level * 100 * 16384 / (255 * 116) + 16.0 * 16384 / 116
        return (f * f * f / (16384 * 16384), f)
    }

    private static func rounded(_ value: Double) -> UInt16 { UInt16(value.rounded(.toNearestOrEven)) }

    /// The cube root of t in 0.008...1, by Newton's rule from above, where it only falls.
    private static func cubeRoot(_ t: Double) -> Double {
        var root = 1.0
        while true {
            let next = root - (root * root * root - t) / (3 * root * root)
            if next >= root { return root }
            root = next
        }
    }
}
