/// The border of NumPy's mode "reflect" and OpenCV's `BORDER_REFLECT_101`: `d c b | a b c d | c b a`.
enum WholeSampleMirror {
    /// `position` folded into `0..<count`: -1 is 1, -2 is 2, `count` is `count - 2`; always 0 where `count` is 1.
    static func index(_ position: Int, count: Int) -> Int {
        if count == 1 { return 0 }
        let period = 2 * (count - 1)
        let folded = ((position % period) + period) % period
        return folded < count ? folded : period - folded
    }
}
