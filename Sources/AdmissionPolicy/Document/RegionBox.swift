/// A named box of a route: pixels after orientation, or fractions of the image's sides.
package struct RegionBox: Hashable, Sendable {
    /// One edge or side.
    package enum Length: Hashable, Sendable {
        /// Pixels.
        case pixels(Int)
        /// A share of the image's width or height, 0...1.
        case fraction(Double)
    }

    /// Unique in the route.
    package let name: String
    /// Left edge.
    package let x: Length
    /// Top edge.
    package let y: Length
    /// Columns.
    package let width: Length
    /// Rows.
    package let height: Length
}
