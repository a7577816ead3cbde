import RobustnessEvaluation
import Testing

@testable import PortcullisBenchmarks

@Suite("PairedTimes")
struct PairedTimesTests {
    @Test("the ratio is the median of the rounds' own, not the ratio of medians")
    func ratio() throws {
        var times = PairedTimes()
        for (ours, theirs) in [(10.0, 30.0), (20, 30), (10, 20), (40, 40), (10, 100)] {
            times.add(ours: ours, theirs: theirs, copy: 5)
        }
        let row = times.row("median", pixels: 10, peer: "OpenCV", target: 1.5)
        let peer = try #require(row.peer)
        #expect(peer.ratio == 2)
        #expect(peer.ratioInterval == [1, 10])
        #expect(row.value == 1)
        #expect(peer.value == 3)
        #expect(row.isMet == true)
        #expect(row.unit == "ns/pixel")
    }

    @Test("the share of memory speed counts what is written beside what is read")
    func memory() {
        var times = PairedTimes()
        times.add(ours: 20, theirs: 20, copy: 8)
        #expect(times.row("same size", pixels: 1, peer: "p", target: nil).memoryShare == 0.4)
        #expect(times.row("small result", pixels: 1, peer: "p", target: nil, traffic: 0.625).memoryShare == 0.25)
        #expect(times.row("one round", pixels: 1, peer: "p", target: nil).peer?.ratioInterval == [])
    }

    @Test(
        "rounds last some milliseconds, are six at least and 61 at most",
        arguments: [
            (100, 1000, 4, 200, 200, 61), (1e6, 4e6, 4, 2, 1, 61), (5e6, 95e6, 4, 1, 1, 40), (1e9, 3e9, 4, 1, 1, 6),
            (0, 0, 4, 200, 200, 61), (100e6, 300e6, 4, 1, 1, 10),
        ] as [(Double, Double, Double, Int, Int, Int)])
    func plan(ours: Double, theirs: Double, seconds: Double, ourCalls: Int, peerCalls: Int, rounds: Int) {
        let plan = PairedPlan(ours: ours, theirs: theirs, seconds: seconds)
        #expect(plan.ourCalls == ourCalls)
        #expect(plan.peerCalls == peerCalls)
        #expect(plan.rounds == rounds)
    }
}

@Suite("Statistics")
struct StatisticsTests {
    @Test("the interval of a median of six is all of them")
    func interval() {
        let statistics = Statistics([6, 1, 5, 2, 4, 3])
        #expect(statistics.median == 3)
        #expect(statistics.interval(0.5) == (1, 6))
        #expect(Statistics((1...100).map(Double.init)).interval(0.5) == (40, 60))
    }
}
