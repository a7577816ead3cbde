import PixelCore

/// The 256×256 image and the attack on it that the golden values of the image-scaling statistics are for.
enum ScalingAttackImage {
    /// The shape of both.
    static let side = 256
    /// The side that nearest scaling in OpenCV's convention turns the attacked image into a checkerboard at.
    static let target = 32

    /// 127.5 + 60 sin(2πx/97) + 50 cos(2πy/71) at column x and row y, rounded half to even.
    static let clean: [UInt8] = (0..<side * side).map { i in
        let (x, y) = (Double(i % side), Double(i / side))
        let level = 127.5 + 60 * sine(x / 97) + 50 * sine(y / 71 + 0.25)
        return UInt8(level.rounded(.toNearestOrEven))
    }

    /// The clean image with every eighth sample of every eighth row that of the checkerboard.
    static let attacked: [UInt8] = {
        var samples = clean
        for row in 0..<target {
            for column in 0..<target {
                let step = side / target
                samples[(row * side + column) * step] = (row + column) / 4 % 2 == 0 ? 40 : 215
            }
        }
        return samples
    }()

    /// The sine of an angle in turns, by its series about the nearest multiple of half a turn.
    private static func sine(_ turns: Double) -> Double {
        let halves = (2 * turns).rounded()
        let angle = (2 * turns - halves) * Double.pi
        var (term, sum) = (angle, angle)
        for n in 1...12 {
            term *= -angle * angle / Double(2 * n * (2 * n + 1))
            sum += term
        }
        return Int(halves) % 2 == 0 ? sum : -sum
    }
}
