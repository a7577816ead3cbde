package import PixelCore

/// Removal of small components by flooding from each pixel; what tests compare `SpeckRemover` with.
package enum SpeckReference {
    /// `source` of `shape` without its small components; see `SpeckRemover` for the rules.
    package static func remove(
        _ target: SpeckRemover.Target, from source: [UInt8], shape: PixelShape, threshold: Int, largestArea: Int
    ) -> [UInt8] {
        var output = source
        let isMember = (0..<shape.pixelCount).map { pixel in
            let level = MajorityReference.level(source, pixel * shape.channels, shape.channels)
            return (level < threshold) == (target == .ink)
        }
        var isSeen = [Bool](repeating: false, count: shape.pixelCount)
        for start in isMember.indices where isMember[start] && !isSeen[start] {
            var component = [start]
            var background: [Int] = []
            isSeen[start] = true
            var next = 0
            while next < component.count {
                for pixel in neighbours(of: component[next], shape, isWide: target == .ink) {
                    if !isMember[pixel] {
                        background.append(pixel)
                    } else if !isSeen[pixel] {
                        isSeen[pixel] = true
                        component.append(pixel)
                    }
                }
                next += 1
            }
            if component.count > largestArea || background.isEmpty { continue }
            for c in 0..<shape.channels {
                let sum = background.reduce(0) { $0 + Int(source[$1 * shape.channels + c]) }
                let mean = (2 * sum + background.count) / (2 * background.count)
                for pixel in component { output[pixel * shape.channels + c] = UInt8(mean) }
            }
        }
        return output
    }

    private static func neighbours(of pixel: Int, _ shape: PixelShape, isWide: Bool) -> [Int] {
        let (y, x) = (pixel / shape.width, pixel % shape.width)
        var result: [Int] = []
        for row in max(0, y - 1)...min(shape.height - 1, y + 1) {
            for column in max(0, x - 1)...min(shape.width - 1, x + 1) {
                if row == y && column == x { continue }
                if isWide || row == y || column == x { result.append(row * shape.width + column) }
            }
        }
        return result
    }
}
