import PixelCore

/// The brightness of every pixel of a scan, 0 (ink) ... 255 (paper), row-major.
struct LumaPlane {
    let width: Int
    let height: Int
    let samples: [UInt8]

    /// What is darker than this is ink. Half way, so that a copy whose samples were cut to one bit, 255 from 128 on and
    /// 0 below, has ink in exactly the same places.
    static let inkLimit: UInt8 = 128

    /// The samples of a grey image as they are; 0.299 R + 0.587 G + 0.114 B, rounded, of an RGB one (ITU-R BT.601).
    init(_ image: Image) {
        width = image.shape.width
        height = image.shape.height
        let channels = image.shape.channels
        samples = image.withSamples { span in
            [UInt8](unsafeUninitializedCapacity: span.count / channels) { target, count in
                var pixel = 0
                while pixel < target.count {
                    if channels == 1 {
                        target.initializeElement(at: pixel, to: span[pixel])
                    } else {
                        // At most 255 × 65536 + 32768: far inside an Int.
                        let sum =
                            19_595 &* Int(span[3 &* pixel]) &+ 38_470 &* Int(span[3 &* pixel &+ 1])
                            &+ 7_471 &* Int(span[3 &* pixel &+ 2]) &+ 32_768
                        target.initializeElement(at: pixel, to: UInt8(truncatingIfNeeded: sum &>> 16))
                    }
                    pixel &+= 1
                }
                count = target.count
            }
        }
    }

    /// True where there is ink.
    func isInk(_ x: Int, _ y: Int) -> Bool {
        samples[y &* width &+ x] < Self.inkLimit
    }

    /// How many pixels of row `y` are ink, for columns in `columns`.
    func inkCount(row y: Int, columns: Range<Int>) -> Int {
        columns.count { isInk($0, y) }
    }

    /// How many pixels of column `x` are ink, for rows in `rows`.
    func inkCount(column x: Int, rows: Range<Int>) -> Int {
        rows.count { isInk(x, $0) }
    }
}
