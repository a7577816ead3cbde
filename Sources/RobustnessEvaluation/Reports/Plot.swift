/// An SVG with one plotting area, axes and words for those who do not see it.
struct Plot {
    /// Whole width and height in user units.
    let width: Double
    let height: Double
    /// The plotting area.
    let left: Double
    let right: Double
    let top: Double
    let bottom: Double
    /// What has been drawn.
    var markup = Markup()

    /// A plot of this size whose plotting area lies inside these margins.
    init(
        width: Double, height: Double, margins: (left: Double, right: Double, top: Double, bottom: Double)
    ) {
        self.width = width
        self.height = height
        left = margins.left
        right = width - margins.right
        top = margins.top
        bottom = height - margins.bottom
    }

    /// The horizontal place of `share`, 0...1 of the plotting area.
    func x(_ share: Double) -> Double { left + (right - left) * min(1, max(0, share)) }

    /// The vertical place of `share`, 0 at the foot.
    func y(_ share: Double) -> Double { bottom - (bottom - top) * min(1, max(0, share)) }

    /// Draws a straight line.
    mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, style: String) {
        markup.void(
            "line",
            [
                "x1": Self.number(x1), "y1": Self.number(y1), "x2": Self.number(x2), "y2": Self.number(y2),
                "class": style,
            ])
    }

    /// Draws a rectangle.
    mutating func box(_ x: Double, _ y: Double, _ width: Double, _ height: Double, style: String) {
        markup.void(
            "rect",
            [
                "x": Self.number(x), "y": Self.number(y), "width": Self.number(max(0, width)),
                "height": Self.number(max(0, height)), "class": style,
            ])
    }

    /// Draws a line through points; none for fewer than two.
    mutating func path(_ points: [(x: Double, y: Double)], style: String) {
        guard points.count > 1 else { return }
        var commands: [String] = []
        for point in points {
            let place = "\(Self.number(point.x)) \(Self.number(point.y))"
            if commands.last != "L" + place, commands.last != "M" + place {
                commands.append((commands.isEmpty ? "M" : "L") + place)
            }
        }
        markup.void("path", ["d": commands.joined(), "class": style, "fill": "none"])
    }

    /// Draws a mark with words that appear under the pointer.
    mutating func mark(_ x: Double, _ y: Double, style: String, saying words: String) {
        markup.element(
            "circle", ["cx": Self.number(x), "cy": Self.number(y), "r": "3.5", "class": style]
        ) { $0.element("title", words) }
    }

    /// Writes words; `anchor` is `start`, `middle` or `end`.
    mutating func label(_ words: String, _ x: Double, _ y: Double, anchor: String = "start", style: String = "t") {
        markup.element(
            "text", ["x": Self.number(x), "y": Self.number(y), "text-anchor": anchor, "class": style], words)
    }

    /// Draws the frame, ticks along both axes, and what the axes are.
    mutating func axes(
        horizontal: [(share: Double, words: String)], vertical: [(share: Double, words: String)], below: String,
        beside: String
    ) {
        for tick in horizontal {
            line(x(tick.share), top, x(tick.share), bottom, style: "grid")
            label(tick.words, x(tick.share), bottom + 14, anchor: "middle")
        }
        for tick in vertical {
            line(left, y(tick.share), right, y(tick.share), style: "grid")
            label(tick.words, left - 5, y(tick.share) + 4, anchor: "end")
        }
        line(left, bottom, right, bottom, style: "axis")
        line(left, top, left, bottom, style: "axis")
        label(below, (left + right) / 2, height - 4, anchor: "middle")
        label(beside, left, top - 7)
    }

    /// The whole SVG; `id` makes its references unique on the page.
    func finished(id: String, title: String, description: String) -> Markup {
        var result = Markup()
        result.element(
            "svg",
            [
                "viewBox": "0 0 \(Self.number(width)) \(Self.number(height))",
                "width": Self.number(width), "height": Self.number(height), "role": "img",
                "aria-labelledby": "\(id)-title \(id)-desc",
            ]
        ) { svg in
            svg.element("title", ["id": "\(id)-title"], title)
            svg.element("desc", ["id": "\(id)-desc"], description)
            svg.append(markup)
        }
        return result
    }

    /// With one decimal at most.
    static func number(_ value: Double) -> String {
        let tenths = (value * 10).rounded() / 10
        return tenths == tenths.rounded() ? String(Int(tenths)) : Decimals.fixed(tenths, 1)
    }
}
