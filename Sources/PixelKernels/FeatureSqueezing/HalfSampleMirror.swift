/// The border of scipy's mode "reflect" and NumPy's "symmetric": `d c b a | a b c d | d c b a`, the edge repeated.
enum HalfSampleMirror {
    /// `position` folded into `0..<count`: -1 is 0, -2 is 1, `count` is `count - 1`.
    static func index(_ position: Int, count: Int) -> Int {
        let period = 2 * count
        let folded = ((position % period) + period) % period
        return folded < count ? folded : period - 1 - folded
    }
}
