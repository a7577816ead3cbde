internal import CPixelKernels
internal import PixelCore

/// One pass over an image that counts everything `ResidualFeatures` are made of.
///
/// Rows are read once, in order; memory is some rows and the tables of counts, whatever the image's height.
struct ResidualPass {
    /// Luma; then, of a colour image, R - G and B - G.
    private(set) var planes: [ResidualPlane]
    /// Counts of max - min of the channels; of a colour image alone.
    private(set) var spread: MagnitudeCounts?
    /// Windows of the luma's energy, an eighth and a quarter of the image a side.
    private(set) var lumaWindows: [WindowSums]
    /// Windows of the energy of both differences of colour; of a colour image alone.
    private(set) var colourWindows: [WindowSums]

    /// Energy of one pixel counts up to this: an edge is not a patch.
    static let mostEnergy: UInt16 = 256
    /// Parts of the shorter side that a window is.
    static let windowParts = [8, 4]

    /// What was read.
    let rows: SampledRows
    private let channels: Int
    private var lumaEnergy: [UInt32]
    private var colourEnergy: [UInt32]
    private var spreads: [UInt16]
    private var apart: [UInt8]

    /// The counts of an image of at least 12 pixels a side.
    init(_ image: Image, _ rows: SampledRows) {
        let shape = image.shape
        self.rows = rows
        channels = shape.channels
        let isColour = channels == 3
        planes = [ResidualPlane(width: rows.width, range: 255)]
        if isColour {
            planes += [ResidualPlane(width: rows.width, range: 510), ResidualPlane(width: rows.width, range: 510)]
        }
        spread = isColour ? MagnitudeCounts(bins: 256, isBusy: true) : nil
        lumaWindows = Self.windowParts.map { part in
            WindowSums(width: rows.width - 2, window: rows.window(part: part, of: shape), rows: rows.innerRows)
        }
        colourWindows = isColour ? lumaWindows : []
        lumaEnergy = [UInt32](repeating: 0, count: rows.width - 2)
        colourEnergy = lumaEnergy
        spreads = [UInt16](repeating: 0, count: rows.width)
        apart = [UInt8](repeating: 0, count: isColour ? 3 * rows.width : 0)
        image.withSamples { samples in unsafe samples.withUnsafeBufferPointer { unsafe read($0, shape) } }
    }

    private mutating func read(_ samples: UnsafeBufferPointer<UInt8>, _ shape: PixelShape) {
        guard let base = samples.baseAddress else { return }
        let own = ResidualPlane.workingSamples(width: rows.width)
        let count = channels * (own + rows.width)
        unsafe withUnsafeTemporaryAllocation(of: Int16.self, capacity: count) { memory in
            unsafe memory.initialize(repeating: 0)
            guard let memory = memory.baseAddress else { return }
            for start in rows.bandStarts {
                for index in planes.indices { planes[index].beginBand() }
                for y in start..<start + rows.bandHeight {
                    let row = unsafe base + y * shape.rowSamples + rows.firstColumn * channels
                    unsafe add(row, converted: memory, rings: memory + channels * rows.width)
                }
            }
        }
    }

    /// Takes one row; `converted` holds a row for each plane, `rings` their working memory.
    private mutating func add(
        _ row: UnsafePointer<UInt8>, converted: UnsafeMutablePointer<Int16>, rings: UnsafeMutablePointer<Int16>
    ) {
        let width = rows.width
        if channels == 3 {
            unsafe apart.withUnsafeMutableBufferPointer { apart in
                guard let red = apart.baseAddress else { return }
                let (green, blue) = unsafe (red + width, red + 2 * width)
                unsafe pk_split_rgb_row(row, red, green, blue, width)
                unsafe pk_colour_planes_row(
                    red, green, blue, converted, converted + width, converted + 2 * width, &spreads, width)
            }
            unsafe spread?.add(spreads, count: width, largest: 255)
        } else {
            unsafe pk_grey_plane_row(row, converted, width)
        }
        var isNew = false
        for index in planes.indices {
            let own = ResidualPlane.workingSamples(width: width)
            isNew = unsafe planes[index].add(converted + index * width, rings + index * own)
        }
        if isNew { addEnergy() }
    }

    private mutating func addEnergy() {
        for index in lumaWindows.indices { lumaWindows[index].beginRow(lumaEnergy) }
        for index in colourWindows.indices { colourWindows[index].beginRow(colourEnergy) }
        let count = rows.width - 2
        unsafe pk_add_energy_row(planes[0].magnitudes, nil, Self.mostEnergy, &lumaEnergy, count)
        if channels == 3 {
            unsafe pk_add_energy_row(
                planes[1].magnitudes, planes[2].magnitudes, Self.mostEnergy, &colourEnergy, count)
        }
        for index in lumaWindows.indices { lumaWindows[index].endRow(lumaEnergy) }
        for index in colourWindows.indices { colourWindows[index].endRow(colourEnergy) }
    }
}
