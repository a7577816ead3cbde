import AdmissionPolicy
import ImageCodecs
import NIOCore
import PixelCore
import Testing

@testable import PortcullisProxy

@Suite("BodyCollector")
struct BodyCollectorTests {
    private static func route(
        mode: String = "enforce", undecodable: String = "reject", detectors: String = "[container-integrity]",
        forward: String = "{pixels: sanitized, format: png}"
    ) throws -> RouteEntry {
        let text = """
            version: 1
            name: t
            mode: \(mode)
            unmatched: \(mode == "monitor" ? "pass" : "deny")
            routes:
              - name: r
                match: {methods: [POST]}
                limits: {body_bytes: 600 kB, pixels: 1 MP}
                scores: auto
                forward: \(forward)
                detectors: \(detectors)
                failures: {undecodable: \(undecodable)}
            """
        let plan = try PolicyLoader.load(bytes: Array(text.utf8), origin: "t")
        return RouteEntry(plan: try #require(plan.routes.first), index: 0)
    }

    private static func image(_ side: Int) throws -> [UInt8] {
        let shape = try #require(PixelShape(width: side, height: side, channels: 3))
        return try ImageEncoder.encode(Image(PixelBuffer(shape: shape, filledWith: 9)), as: .png(.fast))
    }

    private static func collector(_ route: RouteEntry, budget: BodyBudget, declared: Int? = nil) throws -> BodyCollector
    {
        let first = BodyCollector.firstStep(route: route, declared: declared)
        let reservation = try #require(budget.reserve(first, of: declared ?? first, client: "c"))
        return BodyCollector(route: route, reservation: reservation, declared: declared)
    }

    private static func word(_ step: BodyCollector.Step) -> String {
        switch step {
        case .taken: "taken"
        case .tooLarge: "tooLarge"
        case .noMemory: "noMemory"
        case .badImage: "badImage"
        }
    }

    @Test("takes a body in any pieces and knows its header", arguments: [1, 7, 64, 4096])
    func pieces(size: Int) throws {
        let bytes = try Self.image(50)
        var collector = try Self.collector(try Self.route(), budget: BodyBudget(limit: 1 << 20), declared: bytes.count)
        for start in stride(from: 0, to: bytes.count, by: size) {
            let piece = ByteBuffer(bytes: bytes[start..<min(start + size, bytes.count)])
            #expect(Self.word(collector.take(piece)) == "taken")
        }
        #expect(collector.bytes == bytes)
        #expect(collector.header?.width == 50)
    }

    @Test(
        "what is no image is refused at once when enforcing, and only then",
        arguments: [
            ("enforce", "reject", "badImage"), ("enforce", "flag", "taken"), ("monitor", "reject", "taken"),
        ])
    func noImage(mode: String, undecodable: String, expected: String) throws {
        let route = try Self.route(mode: mode, undecodable: undecodable)
        var collector = try Self.collector(route, budget: BodyBudget(limit: 1 << 20))
        let body = ByteBuffer(bytes: Array("GIF89a".utf8) + [UInt8](repeating: 0, count: 1000))
        #expect(Self.word(collector.take(body)) == expected)
    }

    @Test("a body of unknown length stops at the route's limit and at the budget")
    func limits() throws {
        let route = try Self.route(mode: "monitor")
        let piece = ByteBuffer(repeating: 1, count: 100_000)
        var collector = try Self.collector(route, budget: BodyBudget(limit: 1 << 20))
        for _ in 0..<6 { #expect(Self.word(collector.take(piece)) == "taken") }
        #expect(Self.word(collector.take(piece)) == "tooLarge")
        var poor = try Self.collector(route, budget: BodyBudget(limit: 299_999))
        #expect(Self.word(poor.take(piece)) == "taken")
        #expect(Self.word(poor.take(piece)) == "taken")
        #expect(Self.word(poor.take(piece)) == "noMemory")
    }

    @Test("holds at most twice what came, and never more than was declared")
    func growth() throws {
        let budget = BodyBudget(limit: 1 << 20)
        var collector = try Self.collector(try Self.route(mode: "monitor"), budget: budget, declared: 500_000)
        #expect(budget.reserved == 65536)
        for sent in stride(from: 10_000, through: 500_000, by: 10_000) {
            #expect(Self.word(collector.take(ByteBuffer(repeating: 1, count: 10_000))) == "taken")
            #expect(budget.reserved <= min(500_000, max(65536, 2 * sent)))
            #expect(budget.reserved >= sent)
        }
        #expect(collector.bytes.count == 500_000)
    }

    @Test("takes what is left of the budget when doubling does not fit")
    func tightGrowth() throws {
        let route = try Self.route(mode: "monitor")
        var collector = try Self.collector(route, budget: BodyBudget(limit: 150_000))
        for _ in 0..<15 { #expect(Self.word(collector.take(ByteBuffer(repeating: 1, count: 10_000))) == "taken") }
        #expect(Self.word(collector.take(ByteBuffer(repeating: 1, count: 1))) == "noMemory")
    }

    @Test("is charged the decoded image, what defending it takes and two buffers for each question")
    func charge() throws {
        let bytes = try Self.image(100)
        func charge(_ route: RouteEntry) throws -> Int {
            var collector = try Self.collector(route, budget: BodyBudget(limit: 1 << 20), declared: bytes.count)
            _ = collector.take(ByteBuffer(bytes: bytes))
            return collector.charge
        }
        let decoded = 100 * 100 * 3
        #expect(try charge(try Self.route()) == decoded * 3)
        let squeezing = "[{use: feature-squeezing, squeezers: [\"bit-depth(1)\", \"median(2)\"]}]"
        #expect(try charge(try Self.route(detectors: squeezing)) == decoded * 13)
        let pipelined = "{pixels: sanitized, format: png, pipeline: [\"area-resize(200,200)\"]}"
        #expect(try charge(try Self.route(forward: pipelined)) == decoded + 8 * decoded + 8 * decoded + 16 * 300)
        #expect(
            try charge(try Self.route(forward: "{pixels: sanitized, size: {width: 10, height: 10}, format: png}"))
                == decoded + 3 * 300)
    }
}
