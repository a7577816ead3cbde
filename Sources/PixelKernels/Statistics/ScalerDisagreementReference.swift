package import PixelCore

/// `ScalerDisagreement` from the definition, one sample at a time; what tests compare it with.
package enum ScalerDisagreementReference {
    /// The readings at `width` by `height`, of a source that shrinks by more than 1.2 along both axes.
    package static func measure(
        _ pixels: Span<UInt8>, shape: PixelShape, width: Int, height: Int
    ) -> [ScalerDisagreement.Reading] {
        let down = max(1, (shape.height + height) / (2 * height))
        let across = max(1, (shape.width + width) / (2 * width))
        return (0..<3).map { scaler in
            let own = squares(pixels, shape, (width, height), (0, 0), scaler)
            let inner = own.indices.filter { i in
                let (x, y) = (i / shape.channels % width, i / shape.channels / width)
                return x > 0 && y > 0 && x < width - 1 && y < height - 1
            }
            return ScalerDisagreement.Reading(
                aligned: mean(own), inner: mean(inner.map { own[$0] }),
                moved: mean(squares(pixels, shape, (width, height), (across, down), scaler)))
        }
    }

    private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

    private static func squares(
        _ pixels: Span<UInt8>, _ shape: PixelShape, _ size: (width: Int, height: Int), _ move: (x: Int, y: Int),
        _ scaler: Int
    ) -> [Double] {
        /// The sample of the image moved up and left, the last row and column going on.
        func sample(_ x: Int, _ y: Int, _ c: Int) -> Double {
            let row = min(y + move.y, shape.height - 1)
            let column = min(x + move.x, shape.width - 1)
            return Double(pixels[(row * shape.width + column) * shape.channels + c])
        }
        var squares: [Double] = []
        let (rows, columns) = (size.height - (move.y == 0 ? 0 : 1), size.width - (move.x == 0 ? 0 : 1))
        for y in 0..<rows {
            for x in 0..<columns {
                for c in 0..<shape.channels {
                    let area = area(shape, size, x, y) { sample($0, $1, c) }
                    let read = read(shape, size, x, y, scaler) { sample($0, $1, c) }
                    squares.append((read - area) * (read - area))
                }
            }
        }
        return squares
    }

    private static func area(
        _ shape: PixelShape, _ size: (width: Int, height: Int), _ x: Int, _ y: Int, _ sample: (Int, Int) -> Double
    ) -> Double {
        var sum = 0.0
        var total = 0.0
        for sy in 0..<shape.height {
            let down = AreaReference.weight(of: sy, in: y, source: shape.height, destination: size.height)
            for sx in 0..<shape.width where down > 0 {
                let across = AreaReference.weight(of: sx, in: x, source: shape.width, destination: size.width)
                sum += Double(down * across) * sample(sx, sy)
                total += Double(down * across)
            }
        }
        return (sum / total).rounded(.toNearestOrEven)
    }

    private static func read(
        _ shape: PixelShape, _ size: (width: Int, height: Int), _ x: Int, _ y: Int, _ scaler: Int,
        _ sample: (Int, Int) -> Double
    ) -> Double {
        let (right, down) = (Double(shape.width) / Double(size.width), Double(shape.height) / Double(size.height))
        switch scaler {
        case 0: return sample(Int(Double(x) * right), Int(Double(y) * down))
        case 1: return sample(Int((Double(x) + 0.5) * right), Int((Double(y) + 0.5) * down))
        default:
            let (cx, cy) = ((Double(x) + 0.5) * right - 0.5, (Double(y) + 0.5) * down - 0.5)
            let (left, top) = (Int(cx), Int(cy))
            let (fx, fy) = (cx - Double(left), cy - Double(top))
            let above = sample(left, top) * (1 - fx) + sample(left + 1, top) * fx
            let below = sample(left, top + 1) * (1 - fx) + sample(left + 1, top + 1) * fx
            return above * (1 - fy) + below * fy
        }
    }
}
