import NIOCore
import NIOEmbedded
import Testing

@testable import PortcullisProxy

@Suite("ConnectionDeadlines")
struct ConnectionDeadlinesTests {
    private final class Item: Timed {
        var deadline: NIODeadline?
        var watchIndex = -1
        var calls = 0
        var onTime: (() -> Void)?
        init(_ deadline: NIODeadline?) { self.deadline = deadline }
        func timeIsUp() {
            calls += 1
            deadline = nil
            onTime?()
        }
    }

    @Test("calls who has run out of time, and nobody else")
    func calls() {
        let loop = EmbeddedEventLoop()
        let deadlines = ConnectionDeadlines(eventLoop: loop, now: { loop.now })
        let soon = Item(loop.now + .milliseconds(250))
        let late = Item(loop.now + .seconds(60))
        let never = Item(nil)
        for item in [soon, late, never] { deadlines.watch(item) }
        loop.advanceTime(by: .milliseconds(200))
        #expect(soon.calls == 0)
        loop.advanceTime(by: .milliseconds(200))
        #expect(soon.calls == 1)
        #expect(late.calls == 0)
        loop.advanceTime(by: .seconds(61))
        #expect(late.calls == 1)
        #expect(never.calls == 0)
        #expect(soon.calls == 1)
    }

    @Test("an item may leave while it is called, and others with it")
    func leaving() {
        let loop = EmbeddedEventLoop()
        let deadlines = ConnectionDeadlines(eventLoop: loop, now: { loop.now })
        let items = (0..<5).map { _ in Item(loop.now + .milliseconds(50)) }
        for item in items {
            deadlines.watch(item)
            item.onTime = { [unowned item] in deadlines.unwatch(item) }
        }
        items[3].onTime = {
            deadlines.unwatch(items[3])
            deadlines.unwatch(items[0])
            items[0].deadline = nil
        }
        loop.advanceTime(by: .milliseconds(150))
        #expect(items.map(\.calls) == [0, 1, 1, 1, 1])
        loop.advanceTime(by: .seconds(1))
        #expect(items.map(\.calls) == [0, 1, 1, 1, 1])
    }
}
