import AdversarialDetectors
import PixelCore
import Testing

@Suite("NearDuplicates")
struct NearDuplicatesTests {
    private static func make(_ parameters: [String: ParameterValue] = [:]) throws -> NearDuplicates {
        try NearDuplicates(parameters: parameters)
    }

    private static func flat(_ level: UInt8, marked pixel: Int? = nil) throws -> Image {
        let shape = try #require(PixelShape(width: 64, height: 64, channels: 1))
        var pixels = PixelBuffer(shape: shape, filledWith: level)
        if let pixel { pixels.withMutableSamples { $0[pixel] = 0 } }
        return Image(pixels)
    }

    private static func inspect(
        _ detector: NearDuplicates, _ image: Image, route: String = "digits", now: Double = 0
    ) throws -> Signal {
        try #require(try detector.inspect(TestSubject.subject(image, route: route, now: now)))
    }

    @Test("noisy probes of one picture are counted, other pictures are not")
    func probes() throws {
        let detector = try Self.make()
        for seed in 1...6 { _ = try Self.inspect(detector, TestSubject.image(noise: 3, noiseSeed: UInt8(seed))) }
        #expect(try Self.inspect(detector, TestSubject.image()).score == 6)
        #expect(try Self.inspect(detector, TestSubject.image(seed: 3)).score == 0)
    }

    @Test("the first image has no neighbour")
    func first() throws {
        let signal = try Self.inspect(Self.make(), TestSubject.image())
        #expect(signal.score == 0)
        #expect(signal.value("stored") == 1)
        #expect(signal.value("nearest-distance") == nil)
    }

    @Test("exact repeats are counted apart and take one place")
    func exact() throws {
        let detector = try Self.make()
        for _ in 0..<5 { _ = try Self.inspect(detector, TestSubject.image()) }
        let signal = try Self.inspect(detector, TestSubject.image())
        #expect(signal.score == 0)
        #expect(signal.value("exact-repeats") == 5)
        #expect(signal.value("stored") == 1)
    }

    @Test("the nearest other image is reported in levels")
    func nearest() throws {
        let detector = try Self.make()
        _ = try Self.inspect(detector, TestSubject.image(noise: 3))
        let distance = try #require(try Self.inspect(detector, TestSubject.image()).value("nearest-distance"))
        // Noise of 3 on 4-pixel blocks: 0.75 levels.
        #expect(distance > 0.4 && distance < 1.1)
    }

    @Test("the tolerance decides what is near")
    func tolerance() throws {
        let strict = try Self.make(["tolerance": .real(0.1)])
        _ = try Self.inspect(strict, TestSubject.image(noise: 3))
        #expect(try Self.inspect(strict, TestSubject.image()).score == 0)
    }

    @Test("an image is forgotten after the window, counts of repeats included")
    func ages() throws {
        let detector = try Self.make(["window_seconds": .real(60)])
        _ = try Self.inspect(detector, TestSubject.image(noise: 3), now: 0)
        #expect(try Self.inspect(detector, TestSubject.image(), now: 60).score == 1)
        let late = try Self.inspect(detector, TestSubject.image(), now: 121)
        #expect(late.score == 0)
        #expect(late.value("exact-repeats") == 0)
    }

    @Test("the oldest image makes room when the table is full")
    func evicts() throws {
        let detector = try Self.make(["capacity": .integer(3)])
        for seed in 1...4 { _ = try Self.inspect(detector, TestSubject.image(noise: 3, noiseSeed: UInt8(seed))) }
        let signal = try Self.inspect(detector, TestSubject.image())
        #expect(signal.score == 3)
        #expect(signal.value("stored") == 3)
        // The first probe has left: seen again, it is a new image.
        #expect(try Self.inspect(detector, TestSubject.image(noise: 3, noiseSeed: 1)).value("exact-repeats") == 0)
    }

    @Test("routes do not see each other's images")
    func routes() throws {
        let detector = try Self.make()
        _ = try Self.inspect(detector, TestSubject.image(noise: 3), route: "a")
        #expect(try Self.inspect(detector, TestSubject.image(), route: "b").score == 0)
        #expect(try Self.inspect(detector, TestSubject.image(), route: "a").score == 1)
    }

    @Test("blank pages are no storm of duplicates, and say that they are flat")
    func blank() throws {
        let detector = try Self.make()
        for pixel in 0..<10 { _ = try Self.inspect(detector, Self.flat(250, marked: pixel * 97)) }
        let signal = try Self.inspect(detector, Self.flat(251))
        #expect(signal.score == 0)
        #expect(signal.findings == ["flat-image"])
        #expect(try Self.inspect(detector, Self.flat(251)).value("exact-repeats") == 1)
    }

    @Test("faint pictures resemble each other only within half of their own structure")
    func faint() throws {
        let shape = try #require(PixelShape(width: 64, height: 64, channels: 1))
        func page(darkColumns: Range<Int>, level: UInt8) -> Image {
            var pixels = PixelBuffer(shape: shape, filledWith: 250)
            pixels.withMutableSamples { samples in
                for i in 0..<samples.count where darkColumns.contains(i % 64) { samples[i] = level }
            }
            return Image(pixels)
        }
        let detector = try Self.make()
        // Norms of about 1.5 levels, 2 levels apart: within the tolerance of 4, yet different pages.
        _ = try Self.inspect(detector, page(darkColumns: 0..<16, level: 246))
        #expect(try Self.inspect(detector, page(darkColumns: 32..<48, level: 246)).score == 0)
        #expect(try Self.inspect(detector, page(darkColumns: 0..<16, level: 247)).score == 1)
    }

    @Test("many tasks at once lose no image")
    func concurrent() async throws {
        let detector = try Self.make()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for seed in 1...40 {
                group.addTask { _ = try Self.inspect(detector, TestSubject.image(noise: 3, noiseSeed: UInt8(seed))) }
            }
            try await group.waitForAll()
        }
        #expect(try Self.inspect(detector, TestSubject.image()).score == 40)
    }
}
