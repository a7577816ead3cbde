/// A box of an image, in pixels after orientation.
package struct Region: Hashable, Sendable {
    /// The left column, from 0.
    package let x: Int
    /// The top row, from 0.
    package let y: Int
    /// Columns, at least 1.
    package let width: Int
    /// Rows, at least 1.
    package let height: Int

    /// A box, or nil when a side is not positive, a corner is negative or a far edge overflows.
    package init?(x: Int, y: Int, width: Int, height: Int) {
        guard x >= 0, y >= 0, width > 0, height > 0,
            !x.addingReportingOverflow(width).overflow, !y.addingReportingOverflow(height).overflow
        else { return nil }
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    /// True when the box lies wholly inside an image of `shape`.
    package func isInside(_ shape: PixelShape) -> Bool {
        x + width <= shape.width && y + height <= shape.height
    }
}
