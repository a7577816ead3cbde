internal import CPixelKernels
package import PixelCore

/// What the outlines of ink look like: single pixels that stick out or are missing, and the pieces that ink is in.
///
/// A bump is an ink pixel with at most two ink neighbours among the eight around it, and those next to each other; a dent is
/// the same of a paper pixel. Beyond the edge is paper. An edge that a scanner saw has levels between ink and paper, and
/// only pixels with none among the nine count; in a bitonal image all do. Ink is connected over eight neighbours, holes
/// are paper over four.
package struct InkShapes: Hashable, Sendable {
    /// Side of the cells that bumps are counted in, in pixels; a window is two by two of them.
    package static let cell = 8
    /// Added to a window's contour, so that a speck alone does not have the roughest.
    static let contourFloor = 8.0

    /// Bumps of ink.
    package let bumps: Int
    /// Dents of paper.
    package let dents: Int
    /// Ink pixels with paper above, below, left or right.
    package let contour: Int
    /// The pieces that ink is in; nil for more than a million runs of it, as a screen or noise has.
    package let pieces: Pieces?
    /// The window of 16 by 16 pixels, at multiples of 8, with most bumps and dents for its contour.
    package let roughest: Window

    /// How many pieces there are.
    package struct Pieces: Hashable, Sendable {
        /// Pieces of ink.
        package let components: Int
        /// Pieces of at most two pixels.
        package let specks: Int
        /// Holes of paper in ink.
        package let holes: Int

        /// Counts, each named.
        package init(components: Int, specks: Int, holes: Int) {
            self.components = components
            self.specks = specks
            self.holes = holes
        }
    }

    /// A window of the image; smaller where the image is.
    package struct Window: Hashable, Sendable {
        /// The first column of pixels.
        package let x: Int
        /// The first row of pixels.
        package let y: Int
        /// Bumps and dents inside.
        package let marks: Int
        /// Contour inside.
        package let contour: Int

        /// Bumps and dents over √(contour + 8).
        package var roughness: Double { Double(marks) / (Double(contour) + InkShapes.contourFloor).squareRoot() }
    }

    /// The shapes of `luma`, a grey image of `shape`, with what `levels` found in it; some forty operations a pixel.
    package init(_ luma: Span<UInt8>, shape: PixelShape, levels: InkTones) {
        precondition(shape.channels == 1 && luma.count == shape.sampleCount)
        let (dark, light) = levels.isBitonal ? (0, 255) : levels.classLevels(luma)
        let margin = (light - dark) / 8
        var lines = InkLines(
            width: shape.width, isInkLight: levels.isInkLight, low: UInt8(dark + margin), high: UInt8(light - margin))
        var pieces = InkPieces(width: shape.width, isInkLight: levels.isInkLight)
        var cells = InkCells(width: shape.width)
        for y in 0..<shape.height {
            let row = luma.extracting(y * shape.width..<(y + 1) * shape.width)
            pieces.read(row, y)
            lines.push(row)
            // The row before has its lower neighbours now.
            if y > 0 { cells.add(lines.marks) }
        }
        lines.pushPaper()
        cells.add(lines.marks)
        pieces.finish(height: shape.height)
        let totals = cells.finish()
        (bumps, dents, contour) = (totals.bumps, totals.dents, totals.contour)
        self.pieces =
            pieces.isComplete
            ? Pieces(
                components: pieces.components, specks: pieces.specks,
                holes: max(0, pieces.components - lines.eulerNumber)) : nil
        roughest = totals.roughest
    }
}
