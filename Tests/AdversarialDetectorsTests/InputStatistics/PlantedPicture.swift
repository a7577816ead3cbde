import PixelCore

/// Pictures with something planted in them, that tests of pixel statistics share.
enum PlantedPicture {
    /// A smooth picture with a little texture, RGB or grey.
    static func samples(width: Int, height: Int, channels: Int, seed: UInt8 = 1) -> [UInt8] {
        var generator = ChaChaGenerator(key: [seed, 7])
        return (0..<width * height * channels).map { i in
            let (x, y) = (i / channels % width, i / channels / width)
            let slope = 40 + 90 * x / width + 50 * y / height + 10 * (i % channels)
            return UInt8(slope + Int(generator.nextWord() & 15))
        }
    }

    /// An image of these samples.
    static func image(_ samples: [UInt8], width: Int, height: Int, channels: Int) -> Image {
        guard let shape = PixelShape(width: width, height: height, channels: channels),
            let pixels = PixelBuffer(shape: shape, adopting: samples)
        else { preconditionFailure("a fixed shape") }
        return Image(pixels)
    }

    /// A picture of `side` by `side` with 30 levels added wherever nearest scaling to `target` reads, in OpenCV's
    /// convention or, with `isCentred`, in Pillow's.
    static func scaled(side: Int = 560, target: Int = 224, depth: Int = 30, isCentred: Bool = false) -> Image {
        var samples = samples(width: side, height: side, channels: 3)
        let positions = (0..<target).map { i in
            Int((Double(i) + (isCentred ? 0.5 : 0)) * Double(side) / Double(target))
        }
        for y in positions {
            for x in positions {
                for c in 0..<3 { samples[(y * side + x) * 3 + c] = UInt8(Int(samples[(y * side + x) * 3 + c]) + depth) }
            }
        }
        return image(samples, width: side, height: side, channels: 3)
    }

    /// A picture of 96 by 64 with a patch of 16 by 16 of loud colours at (40, 24), or none.
    static func patched(channels: Int = 3, isPatched: Bool = true, seed: UInt8 = 1) -> Image {
        var samples = samples(width: 96, height: 64, channels: channels, seed: seed)
        var generator = ChaChaGenerator(key: [seed, 9])
        if isPatched {
            for y in 24..<40 {
                for x in 40..<56 {
                    for c in 0..<channels {
                        samples[(y * 96 + x) * channels + c] = generator.nextWord() & 1 == 0 ? 0 : 255
                    }
                }
            }
        }
        return image(samples, width: 96, height: 64, channels: channels)
    }
}
