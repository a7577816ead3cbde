internal import CPixelKernels

/// How the samples of an image become the planes that a filter works on.
enum PlanarForm {
    /// One channel, one plane.
    case grey
    /// Three channels, a plane each.
    case colour
    /// Three channels as L\*a\*b\*, a plane each.
    case lab

    /// Planes of this form.
    var planes: Int { self == .grey ? 1 : 3 }
}

/// A band of rows of an image as 16-bit planes, with a mirrored border (`d c b | a b c d | c b a`) on all sides.
///
/// Moves down the image; rows that two bands share are converted once. After each row lies room that filters may read.
struct MirroredStripe {
    /// Elements behind the right border.
    private static let slack = 64

    /// Columns and rows on each side.
    let border: Int
    /// Rows of the image in the band.
    let rows: Int
    /// Elements from one row to the next.
    let stride: Int
    /// Elements from one plane to the next.
    let planeStep: Int
    /// The planes: element `(plane * (rows + 2 border) + row) * stride + column`.
    private(set) var storage: [UInt16]
    private let form: PlanarForm
    private let width: Int
    private let height: Int
    private var top: Int?

    /// An empty band of `rows` rows for an image of this size.
    init(width: Int, height: Int, form: PlanarForm, border: Int, rows: Int) {
        self.width = width
        self.height = height
        self.form = form
        self.border = border
        self.rows = rows
        stride = width + 2 * border + Self.slack
        planeStep = stride * (rows + 2 * border)
        storage = [UInt16](repeating: 0, count: planeStep * form.planes + Self.slack)
    }

    /// Fills the band with the rows `y..<y + rows` of `source`; those below the image are mirrored like the border.
    mutating func move(to y: Int, of source: Span<UInt8>) {
        var first = 0
        if let top, y == top + rows {
            keepSharedRows()
            first = 2 * border
        }
        top = y
        let length = width * (form == .grey ? 1 : 3)
        for row in first..<rows + 2 * border {
            let from = WholeSampleMirror.index(y - border + row, count: height) * length
            fill(row, from: source.extracting(from..<from + length))
            for plane in 0..<form.planes { mirror(plane * planeStep + row * stride + border) }
        }
    }

    private mutating func keepSharedRows() {
        let count = 2 * border * stride
        if count == 0 { return }
        for plane in 0..<form.planes {
            unsafe storage.withUnsafeMutableBufferPointer { storage in
                guard let base = storage.baseAddress else { return }
                let start = unsafe base + plane * planeStep
                unsafe start.update(from: start + rows * stride, count: count)
            }
        }
    }

    private mutating func fill(_ row: Int, from samples: Span<UInt8>) {
        let start = row * stride + border
        unsafe storage.withUnsafeMutableBufferPointer { storage in
            unsafe samples.withUnsafeBufferPointer { samples in
                guard let base = storage.baseAddress, let samples = samples.baseAddress else { return }
                let out = unsafe base + start
                switch form {
                case .grey: unsafe pk_widen_row(samples, out, width)
                case .colour: unsafe pk_split_row(samples, out, out + planeStep, out + 2 * planeStep, width)
                case .lab:
                    unsafe pk_lab_from_bgr_row(
                        samples, LabTables.roots, out, out + planeStep, out + 2 * planeStep, width)
                }
            }
        }
    }

    /// Writes the left and right border of the row whose first sample is at `start`.
    private mutating func mirror(_ start: Int) {
        for k in 0..<border {
            storage[start - 1 - k] = storage[start + WholeSampleMirror.index(-1 - k, count: width)]
            storage[start + width + k] = storage[start + WholeSampleMirror.index(width + k, count: width)]
        }
    }
}
