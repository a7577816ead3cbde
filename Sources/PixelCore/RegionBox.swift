/// A named box of a page: pixels after orientation, or fractions of the page's sides, measured from one of its corners.
package struct RegionBox: Hashable, Sendable {
    /// One distance or side.
    package enum Length: Hashable, Sendable {
        /// Pixels.
        case pixels(Int)
        /// A share of the page's width or height, 0...1.
        case fraction(Double)

        func pixels(of side: Int) -> Double {
            switch self {
            case .pixels(let count): Double(count)
            case .fraction(let share): share * Double(side)
            }
        }
    }

    /// The corner that `x` and `y` are measured from, to the nearest corner of the box.
    package enum Anchor: String, Hashable, Sendable, CaseIterable {
        case topLeft = "top-left"
        case topRight = "top-right"
        case bottomLeft = "bottom-left"
        case bottomRight = "bottom-right"
    }

    /// Unique in the route.
    package let name: String
    /// From the anchor's vertical edge to the nearer edge of the box.
    package let x: Length
    /// From the anchor's horizontal edge to the nearer edge of the box.
    package let y: Length
    /// Columns.
    package let width: Length
    /// Rows.
    package let height: Length
    /// Where `x` and `y` start.
    package let anchor: Anchor

    /// A box, each member named.
    package init(name: String, x: Length, y: Length, width: Length, height: Length, anchor: Anchor = .topLeft) {
        self.name = name
        self.x = x
        self.y = y
        self.width = width
        self.height = height
        self.anchor = anchor
    }

    /// The box on an image of `shape` that was made from a `page`, perhaps by resizing: scaled with it, rounded outwards
    /// to whole pixels, cut at the image's edges. nil when nothing of it lies on the image.
    package func region(on shape: PixelShape, page: PixelShape) -> Region? {
        let isRight = anchor == .topRight || anchor == .bottomRight
        let isBottom = anchor == .bottomLeft || anchor == .bottomRight
        let columns = Self.range(x, width, of: page.width, isFromEnd: isRight, on: shape.width)
        let rows = Self.range(y, height, of: page.height, isFromEnd: isBottom, on: shape.height)
        guard let columns, let rows else { return nil }
        return Region(x: columns.lowerBound, y: rows.lowerBound, width: columns.count, height: rows.count)
    }

    private static func range(
        _ offset: Length, _ length: Length, of side: Int, isFromEnd: Bool, on scaledSide: Int
    ) -> Range<Int>? {
        let extent = length.pixels(of: side)
        let distance = offset.pixels(of: side)
        let start = isFromEnd ? Double(side) - distance - extent : distance
        let scale = Double(scaledSide) / Double(side)
        // A fraction times a side may miss a whole number by a rounding error, which is no pixel.
        let slack = 1e-6
        let first = max(0, Int((start * scale + slack).rounded(.down)))
        let last = min(scaledSide, Int(((start + extent) * scale - slack).rounded(.up)))
        return first < last ? first..<last : nil
    }
}
