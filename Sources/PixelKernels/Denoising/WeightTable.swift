internal import CPixelKernels

/// Tables of integer weights for the C loops.
enum WeightTable {
    /// The weights of OpenCV's `fastNlMeansDenoising` and the rule that leads to them.
    ///
    /// Entry k is round(F e^-(k m / (h² planes))), 0 where that is below F / 1000: k is the squared distance of two patches
    /// in steps of 2^s, the smallest power of two that is at least patch², m = 2^s / patch², and F the largest integer
    /// with F search² 255 < 2^31. h² planes is a float as in OpenCV. Where the distances that count do not fit 16 bits,
    /// squared differences are divided by a power of two, and the weights are within a thousandth of OpenCV's.
    static func patches(
        strength: Double, patch: Int, search: Int, planes: Int
    ) -> (rule: pk_patch_rule, weights: [UInt32]) {
        var stepBits = 0
        while 1 << stepBits < patch * patch { stepBits += 1 }
        let h = Float(strength)
        let step = Double(1 << stepBits) / Double(patch * patch) / Double(h * h * Float(planes))
        let top = Int(Int32.max) / (search * search * 255)
        func weight(_ k: Int) -> UInt32 {
            let weight = (Double(top) * SeriesFunctions.decay(Double(k) * step)).rounded(.toNearestOrEven)
            return weight < 0.001 * Double(top) ? 0 : UInt32(weight)
        }
        // The first k of weight 0: near where e^-(k step) is 1/1000, and the weight only falls.
        var kept = Int(SeriesFunctions.logarithm(1000) / step)
        while kept > 0, weight(kept) == 0 { kept -= 1 }
        while weight(kept) > 0 { kept += 1 }
        var prescale = 0
        while (kept << stepBits) >> prescale > 65535 { prescale += 1 }
        precondition(prescale <= 9)
        let cutoff = (kept << stepBits) >> prescale
        let shift = max(0, stepBits - prescale)
        let stride = 1 << max(0, prescale - stepBits)
        var weights = (0..<cutoff >> shift).map { weight($0 * stride) }
        weights.append(0)
        let rule = pk_patch_rule(prescale: UInt16(prescale), cutoff: UInt16(cutoff), shift: UInt16(shift))
        return (rule, weights)
    }

    /// e^-(d²/(2 sigma²)) for the differences of colour d of 0...765.
    static func colours(sigma: Double) -> [Double] {
        (0...765).map { SeriesFunctions.decay(Double($0 * $0) / (2 * sigma * sigma)) }
    }

    /// `top` times `curve` times e^-(squaredDistance/(2 spaceSigma²)), rounded.
    static func scaled(_ curve: [Double], by top: Int, squaredDistance: Int, spaceSigma: Double) -> [UInt32] {
        let scale = Double(top) * SeriesFunctions.decay(Double(squaredDistance) / (2 * spaceSigma * spaceSigma))
        return curve.map { UInt32(($0 * scale).rounded()) }
    }
}
