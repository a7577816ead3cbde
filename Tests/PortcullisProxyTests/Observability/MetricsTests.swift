import Testing

@testable import PortcullisProxy

@Suite("Page")
struct PageTests {
    @Test("writes families and samples in Prometheus text format, labels escaped")
    func samples() {
        var page = Page()
        page.family("a_total", "counter", "Things.")
        page.sample("a_total", [("x", "q\"\\\n")], 3)
        page.sample("a_total", [], 4)
        #expect(
            page.text == "# HELP a_total Things.\n# TYPE a_total counter\na_total{x=\"q\\\"\\\\\\n\"} 3\na_total 4\n")
    }

    @Test("histograms are cumulative, end in +Inf and add the loops up")
    func histograms() {
        let loops = [DurationHistogram(bounds: [0.001, 0.01]), DurationHistogram(bounds: [0.001, 0.01])]
        loops[0].observe(nanoseconds: 1_000_000)
        loops[0].observe(nanoseconds: 5_000_000)
        loops[1].observe(nanoseconds: 5_000_000)
        loops[1].observe(nanoseconds: 500_000_000)
        var page = Page()
        page.histogram("h", [("r", "x")], loops)
        #expect(
            page.text == """
                h_bucket{r="x",le="0.001"} 1
                h_bucket{r="x",le="0.01"} 3
                h_bucket{r="x",le="+Inf"} 4
                h_sum{r="x"} 0.511
                h_count{r="x"} 4

                """)
    }
}
