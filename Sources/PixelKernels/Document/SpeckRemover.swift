internal import CPixelKernels
package import PixelCore

/// Removes small connected components of ink, or of paper inside ink, from a scan.
///
/// A pixel is ink when its level (`InkLuma`) is below the threshold. Ink is connected over all eight neighbours
/// (`scipy.ndimage.label` with a 3×3 structure of ones), paper over four (its default structure), so that a closed
/// stroke, however thin, separates inside from outside. Each pixel of a component of at most `largestArea` pixels takes
/// the mean, channels apart and rounded half up, of the local background: the pixels of the other class among the
/// neighbours, by the same connectivity, of the component's pixels, each as often as it is one. A component that is the
/// whole image stays.
package enum SpeckRemover {
    /// The largest area that can be asked for; see `ComponentList` for the memory that follows.
    package static let largestAreaLimit = 256

    /// What is removed.
    package enum Target: Sendable, CaseIterable {
        /// Ink on paper.
        case ink
        /// Paper in ink.
        case paper
    }

    /// Removes from `pixels` of `shape` in place; false when cancelled, with `pixels` unfinished.
    ///
    /// `threshold` is 1...255, `largestArea` 0...256 (0 removes nothing). One pass over the rows.
    package static func remove(
        _ target: Target, from pixels: inout MutableSpan<UInt8>, shape: PixelShape, threshold: Int,
        largestArea: Int, cancellation: CancellationFlag
    ) -> Bool {
        precondition(pixels.count == shape.sampleCount && (1...255).contains(threshold))
        precondition((0...largestAreaLimit).contains(largestArea))
        if largestArea == 0 { return !cancellation.isRaised }
        var scan = SpeckScan(target, shape: shape, threshold: threshold, largestArea: largestArea)
        var luma = [UInt8](repeating: 0, count: shape.channels == 3 ? shape.width : 0)
        var scratch = [UInt8](repeating: 0, count: (shape.width + 7) / 8 * 8)
        var edges = [UInt32](repeating: 0, count: shape.width + 1)
        for y in 0..<shape.height {
            if cancellation.isRaised { return false }
            let edgeCount = scan.classes.findEdges(
                pixels.span.extracting(y * shape.rowSamples..<(y + 1) * shape.rowSamples), &luma, &scratch, &edges)
            scan.read(y, edges: edges.span.extracting(0..<edgeCount))
            scan.removeFinished(row: y, from: &pixels)
        }
        scan.removeFinished(row: shape.height, from: &pixels)
        return true
    }
}

/// The state between two rows.
private struct SpeckScan {
    private struct RowRun {
        let begin: UInt32
        let end: UInt32
        var component: UInt32
    }

    private let shape: PixelShape
    let classes: PixelClasses
    /// 1 when diagonal neighbours connect, else 0.
    private let reach: UInt32
    private var components: ComponentList
    private var previous: [RowRun] = []
    private var current: [RowRun] = []
    /// Runs of the component that is being removed.
    private var found: [ComponentList.Run] = []

    init(_ target: SpeckRemover.Target, shape: PixelShape, threshold: Int, largestArea: Int) {
        self.shape = shape
        classes = PixelClasses(target, shape: shape, threshold: threshold)
        reach = target == .ink ? 1 : 0
        components = ComponentList(limit: largestArea)
    }

    /// Joins the runs of row `y`, given by their ends, to the components above.
    mutating func read(_ y: Int, edges: Span<UInt32>) {
        current.removeAll(keepingCapacity: true)
        // The first run above that can touch the next run of this row.
        var above = 0
        for i in stride(from: 0, to: edges.count, by: 2) {
            let (begin, end) = (edges[i], edges[i + 1])
            while above < previous.count, previous[above].end + reach <= begin { above += 1 }
            var root = ComponentList.none
            var touching = above
            while touching < previous.count, previous[touching].begin < end + reach {
                let other = components.find(previous[touching].component)
                root = root == ComponentList.none ? other : components.unite(root, other)
                touching += 1
            }
            if root == ComponentList.none { root = components.make() }
            components.add(row: y, begin: begin, end: end, to: root)
            current.append(RowRun(begin: begin, end: end, component: root))
        }
        for i in current.indices {
            let root = components.find(current[i].component)
            current[i].component = root
            components.touch(root, row: y)
        }
    }

    /// Removes the small components that end above `row`, and makes it the row above.
    mutating func removeFinished(row: Int, from pixels: inout MutableSpan<UInt8>) {
        for run in previous {
            let root = components.find(run.component)
            found.removeAll(keepingCapacity: true)
            components.finish(root, row: row) { found.append($0) }
            if !found.isEmpty { classes.remove(found, from: &pixels) }
        }
        components.endRow()
        swap(&previous, &current)
    }
}

/// Which pixels are of the class that is removed, and what takes their place.
private struct PixelClasses {
    let threshold: Int
    /// True when the class removed is paper.
    let isLight: Bool
    private let shape: PixelShape
    private let neighbours: [(row: Int, column: Int)]

    init(_ target: SpeckRemover.Target, shape: PixelShape, threshold: Int) {
        self.shape = shape
        self.threshold = threshold
        isLight = target == .paper
        let four = [(row: -1, column: 0), (row: 0, column: -1), (row: 0, column: 1), (row: 1, column: 0)]
        let corners = [(row: -1, column: -1), (row: -1, column: 1), (row: 1, column: -1), (row: 1, column: 1)]
        neighbours = target == .ink ? four + corners : four
    }

    /// Writes the ends of the runs of the class in a row of pixels into `edges`, which has room for one more than there
    /// are pixels, as `scratch` has for their count rounded up to 8; returns how many.
    func findEdges(
        _ row: Span<UInt8>, _ luma: inout [UInt8], _ scratch: inout [UInt8], _ edges: inout [UInt32]
    ) -> Int {
        if shape.channels == 1 { return findEdges(row, &scratch, &edges) }
        var span = luma.mutableSpan
        InkLuma.write(row, into: &span)
        return findEdges(luma.span, &scratch, &edges)
    }

    private func findEdges(_ levels: Span<UInt8>, _ scratch: inout [UInt8], _ edges: inout [UInt32]) -> Int {
        precondition(scratch.count >= (levels.count + 7) / 8 * 8 && edges.count > levels.count)
        let (limit, isLightClass) = (UInt32(threshold), Int32(isLight ? 1 : 0))
        return unsafe levels.withUnsafeBufferPointer { levels in
            unsafe scratch.withUnsafeMutableBufferPointer { scratch in
                unsafe edges.withUnsafeMutableBufferPointer { edges in
                    guard let from = levels.baseAddress, let work = scratch.baseAddress, let to = edges.baseAddress
                    else { return 0 }
                    return unsafe pk_class_edges_row(from, levels.count, limit, isLightClass, work, to)
                }
            }
        }
    }

    /// Gives a component the level of its background. No pixel that counts as background belongs to another component of
    /// the class, so that what was removed before does not change the outcome.
    func remove(_ runs: [ComponentList.Run], from pixels: inout MutableSpan<UInt8>) {
        var sums = (0, 0, 0)
        var count = 0
        for run in runs {
            for x in Int(run.begin)..<Int(run.end) {
                for offset in neighbours {
                    let (row, column) = (Int(run.row) + offset.row, x + offset.column)
                    guard row >= 0, row < shape.height, column >= 0, column < shape.width else { continue }
                    let i = (row * shape.width + column) * shape.channels
                    let last = i + shape.channels - 1
                    let middle = shape.channels == 3 ? i + 1 : i
                    let level = shape.channels == 3 ? InkLuma.of(pixels[i], pixels[middle], pixels[last]) : pixels[i]
                    if (Int(level) < threshold) != isLight { continue }
                    sums = (sums.0 + Int(pixels[i]), sums.1 + Int(pixels[middle]), sums.2 + Int(pixels[last]))
                    count += 1
                }
            }
        }
        if count == 0 { return }
        // No array: a crafted scan has millions of specks.
        func mean(_ sum: Int) -> UInt8 { UInt8(truncatingIfNeeded: (2 * sum + count) / (2 * count)) }
        let means = (mean(sums.0), mean(sums.1), mean(sums.2))
        for run in runs {
            let start = (Int(run.row) * shape.width + Int(run.begin)) * shape.channels
            let end = (Int(run.row) * shape.width + Int(run.end)) * shape.channels
            for i in start..<end {
                let channel = (i - start) % shape.channels
                pixels[i] = channel == 0 ? means.0 : channel == 1 ? means.1 : means.2
            }
        }
    }
}
