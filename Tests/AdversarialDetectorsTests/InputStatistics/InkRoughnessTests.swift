import PixelCore
import Testing

@testable import AdversarialDetectors

@Suite("InkRoughness")
struct InkRoughnessTests {
    private func plain() throws -> InkRoughness { try InkRoughness(parameters: [:]) }

    private func features(_ image: Image) throws -> DetectorFeatures {
        try #require(try plain().features(of: TestSubject.subject(image)))
    }

    private func fitted(_ images: [Image]) throws -> any FittedDetector {
        try plain().fitted(by: InkRoughness.fit(images.map { try features($0) }))
    }

    private func score(_ detector: any Detector, _ samples: [UInt8], width: Int) throws -> Double {
        let subject = TestSubject.subject(InkImages.image(samples, width: width))
        return try #require(try detector.inspect(subject)).score
    }

    @Test("scores what the definition gives, fitted on the image S")
    func golden() throws {
        let block = try features(InkImages.image(InkImages.block(), width: 12))
        let fit = InkRoughnessFit(counts: try InkRoughnessFit.sum([block]))
        let detector = try plain().fitted(by: fit.stored)
        // Made by an independent implementation with 4,096 contexts in all eight symmetries.
        #expect(abs(try score(detector, InkImages.block(), width: 12) - 0.2259808738085772) < 1e-12)
        #expect(abs(try score(detector, InkImages.block(hasBump: false), width: 12) - 0.1548749774865933) < 1e-12)
        #expect(abs(try score(detector, InkImages.g, width: 8) - 0.5721921761077652) < 1e-12)
        let signal = try #require(
            try detector.inspect(TestSubject.subject(InkImages.image(InkImages.block(), width: 12))))
        #expect(signal.value("contour") == 43)
        #expect(abs(try #require(signal.value("mean")) * 43 / 51 - signal.score) < 1e-12)
        #expect(signal.stratum == "clean-ground")
    }

    @Test("scores a contour with flipped pixels higher, and points at it")
    func order() throws {
        let detector = try fitted((0..<80).map { InkImages.disc($0) })
        #expect(detector.isFitted)
        for seed in 100..<110 {
            let clean = try #require(try detector.inspect(TestSubject.subject(InkImages.disc(seed))))
            let rough = try #require(try detector.inspect(TestSubject.subject(InkImages.disc(seed, flipped: 20))))
            #expect(rough.score > 1.5 * clean.score)
            #expect(try #require(rough.value("unlikely")) > 0)
            #expect(rough.boxes.count == 1)
        }
    }

    @Test("points at the one speck on a clean page")
    func box() throws {
        let detector = try fitted((0..<80).map { InkImages.disc($0) })
        let page = InkImages.disc(3, side: 96)
        var samples = page.withSamples { span in (0..<span.count).map { span[$0] } }
        samples[5 * 96 + 80] = 0
        let signal = try #require(try detector.inspect(TestSubject.subject(InkImages.image(samples, width: 96))))
        let box = try #require(signal.boxes.first)
        #expect(box.x <= 80 && box.x + box.width > 80 && box.y <= 5 && box.y + box.height > 5)
        #expect(box.width == 16 && box.height == 16)
    }

    @Test("the same ink, turned, mirrored or white on black, scores the same")
    func symmetry() throws {
        let detector = try fitted((0..<80).map { InkImages.disc($0) })
        let page = InkImages.disc(5, flipped: 10)
        let samples = page.withSamples { span in (0..<span.count).map { span[$0] } }
        let turned = samples.indices.map { samples[($0 % 48) * 48 + 47 - $0 / 48] }
        let score = try score(detector, samples, width: 48)
        #expect(try self.score(detector, turned, width: 48) == score)
        #expect(try self.score(detector, samples.map { 255 - $0 }, width: 48) == score)
    }

    @Test("gives no signal without a fit, for many levels and for what is too small to tell")
    func nothing() throws {
        #expect(try plain().inspect(TestSubject.subject(InkImages.disc(1))) == nil)
        let detector = try fitted((0..<80).map { InkImages.disc($0) })
        let ramp = InkImages.image((0..<4096).map { UInt8(truncatingIfNeeded: $0 * 7) }, width: 64)
        #expect(try detector.inspect(TestSubject.subject(ramp)) == nil)
        #expect(detector.features(of: TestSubject.subject(ramp)) == nil)
        let tiny = InkImages.image([0], width: 1)
        #expect(try detector.inspect(TestSubject.subject(tiny)) == nil)
        let blank = InkImages.image([UInt8](repeating: 255, count: 400), width: 20)
        let signal = try #require(try detector.inspect(TestSubject.subject(blank)))
        #expect(signal.score == 0 && signal.boxes.isEmpty && signal.value("mean") == 0)
    }

    @Test("random black and white is odd, and finite")
    func random() throws {
        let detector = try fitted((0..<80).map { InkImages.disc($0) })
        var generator = ChaChaGenerator(key: [9])
        let noise = (0..<4096).map { _ in generator.nextWord().isMultiple(of: 2) ? UInt8(0) : 255 }
        let score = try score(detector, noise, width: 64)
        let clean = try #require(try detector.inspect(TestSubject.subject(InkImages.disc(90)))).score
        #expect(score.isFinite && score > 3 * clean)
    }

    @Test("features of a digit stay small, and count every sample once")
    func features() throws {
        let found = try features(InkImages.disc(4, side: 28))
        #expect(found.stratum == "bitonal" && found.values.count < 200)
        let total = stride(from: 1, to: found.values.count, by: 2).reduce(0) { $0 + found.values[$1] }
        #expect(total == 28 * 28)
    }

    @Test("a fit is 618 probabilities, whatever the order of the images")
    func fit() throws {
        let sample = try (0..<80).map { try features(InkImages.disc($0)) }
        let fit = try InkRoughness.fit(sample)
        #expect(fit.values["ink"]?.count == 618)
        #expect(try InkRoughness.fit(sample.reversed()) == fit)
    }

    @Test("refuses to learn from too little contour, and from what are no features of its own")
    func refusedSample() throws {
        let few = try (0..<19).map { try features(InkImages.disc($0, side: 400)) }
        #expect(throws: DetectorError.self) { try InkRoughness.fit(few) }
        #expect(throws: DetectorError.self) { try InkRoughness.fit([]) }
        let blank = [DetectorFeatures](repeating: DetectorFeatures(stratum: "", values: [0, 1e6]), count: 100)
        #expect(throws: DetectorError.self) { try InkRoughness.fit(blank) }
        let good = try (0..<80).map { try features(InkImages.disc($0)) }
        for values in [
            [1], [0.5, 1], [-1, 1], [1236, 1], [1e300, 1], [.nan, 1], [3, -1], [3, .nan], [3, .infinity],
        ] {
            #expect(throws: DetectorError.self, "\(values)") {
                try InkRoughness.fit(good + [DetectorFeatures(stratum: "", values: values)])
            }
        }
    }

    @Test("refuses a fit that is not one of its own")
    func refusedFit() throws {
        let half = [Double](repeating: 0.5, count: 618)
        #expect(try plain().fitted(by: DetectorFit(values: ["ink": half])).isFitted)
        for wrong in [.nan, 0, 1, -0.5, 1.5, .infinity, 1e-300] as [Double] {
            let fit = DetectorFit(values: ["ink": half.dropLast() + [wrong]])
            #expect(throws: DetectorError.self) { try plain().fitted(by: fit) }
        }
        for values in [["ink": Array(half.dropLast())], ["ink": half + [0.5]], [:], ["other": half], ["ink": []]] {
            #expect(throws: DetectorError.self) { try plain().fitted(by: DetectorFit(values: values)) }
        }
        #expect(throws: DetectorError.self) { try plain().fitted(by: DetectorFit(values: ["ink": half, "more": [1]])) }
    }

    @Test("orders clean digits and attacked ones of the lab", .enabled(if: InkImages.hasLab))
    func lab() throws {
        let detector = try fitted(InkImages.images("adaptive/mnist/bitonal_cal", atMost: 200))
        let clean = try InkImages.mean(detector, InkImages.images("adaptive/mnist/bitonal_test", atMost: 100))
        for folder in ["scar_fs_aware", "scar_oblivious", "ink_pgd_0.3"] {
            let attacked = try InkImages.mean(detector, InkImages.images("adaptive/mnist/\(folder)", atMost: 50))
            #expect(attacked > 1.1 * clean, "\(folder)")
        }
    }
}
