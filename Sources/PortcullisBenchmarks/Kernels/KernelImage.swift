import Foundation
import PixelCore

/// An image that kernels are measured on: made from numbers, so that both sides get the same one everywhere.
struct KernelImage {
    /// What it is called in tables: `224×224 RGB`.
    let name: String
    /// Its extent.
    let shape: PixelShape

    /// A size that tables measure; nil for one that there cannot be.
    init?(width: Int, height: Int, channels: Int) {
        guard let shape = PixelShape(width: width, height: height, channels: channels) else { return nil }
        self.shape = shape
        name = "\(width)×\(height) \(channels == 1 ? "grey" : "RGB")"
    }

    /// A digit, a model's input, a cheque, a photograph.
    static let all = [(28, 28, 1), (224, 224, 3), (1200, 550, 1), (3000, 2000, 3)]
        .compactMap { KernelImage(width: $0.0, height: $0.1, channels: $0.2) }

    /// The samples: smooth areas of three sizes, a tint for each channel and noise of ±6, as photographs have them.
    func samples() -> [UInt8] {
        let (width, height, channels) = (shape.width, shape.height, shape.channels)
        let layers = [(step: 96, reach: 90), (24, 48), (6, 20)].map {
            Lattice(width: width, height: height, step: $0.step, reach: $0.reach, stream: UInt64($0.step))
        }
        let tints = (0..<channels).map {
            Lattice(width: width, height: height, step: 160, reach: 40, stream: 1000 + UInt64($0))
        }
        var noise = ChaChaGenerator(key: Array("kernels".utf8), stream: 1)
        var samples = [UInt8](repeating: 0, count: shape.sampleCount)
        for y in 0..<height {
            for x in 0..<width {
                let light = layers.reduce(128) { $0 + $1.value(x, y) }
                for c in 0..<channels {
                    let level = light + tints[c].value(x, y) + Int(noise.nextWord() % 13) - 6
                    samples[(y * width + x) * channels + c] = UInt8(max(0, min(255, level)))
                }
            }
        }
        return samples
    }

    /// Random levels on a grid, interpolated between.
    private struct Lattice {
        private let step: Int
        private let columns: Int
        private let levels: [Int]

        init(width: Int, height: Int, step: Int, reach: Int, stream: UInt64) {
            self.step = step
            columns = width / step + 2
            var generator = ChaChaGenerator(key: Array("lattice".utf8), stream: stream)
            levels = (0..<columns * (height / step + 2)).map { _ in
                Int(generator.below(UInt32(2 * reach + 1))) - reach
            }
        }

        func value(_ x: Int, _ y: Int) -> Int {
            let (column, right) = (x / step, x % step)
            let (row, below) = (y / step, y % step)
            let first = row * columns + column
            let top = levels[first] * (step - right) + levels[first + 1] * right
            let bottom = levels[first + columns] * (step - right) + levels[first + columns + 1] * right
            return (top * (step - below) + bottom * below) / (step * step)
        }
    }
}
