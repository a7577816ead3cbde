import Foundation
import ImageCodecs
import PixelCore
import Testing

@testable import AdversarialDetectors

@Suite("Detectors of residuals")
struct ResidualDetectorTests {
    static let types: [any FittedDetector.Type] = [ChromaResidual.self, LumaResidual.self, LocalResidual.self]

    private static func fit<D: FittedDetector>(_ type: D.Type, channels: Int = 3, count: Int = 60) throws
        -> any FittedDetector
    {
        let detector = try type.init(parameters: [:])
        let sample = (0..<count).compactMap {
            detector.features(of: ResidualPicture.subject(ResidualPicture.image(seed: $0, channels: channels)))
        }
        return try detector.fitted(by: try type.fit(sample))
    }

    @Test("a noisy picture is odder than clean ones for chroma and luma", arguments: [0, 1])
    func noise(index: Int) throws {
        let detector = try Self.fit(Self.types[index])
        let clean = try (500..<520).map {
            try #require(try detector.inspect(ResidualPicture.subject(ResidualPicture.image(seed: $0)))).score
        }
        let noisy = ResidualPicture.image(seed: 700, noise: 6)
        let signal = try #require(try detector.inspect(ResidualPicture.subject(noisy)))
        #expect(signal.score > clean.reduce(-.infinity, max))
        #expect(signal.stratum == "png")
        #expect(signal.evidence.allSatisfy { $0.value.isFinite })
    }

    @Test("a patch is odder than clean pictures, and its box lies on it", arguments: [1, 3])
    func patch(channels: Int) throws {
        let detector = try Self.fit(LocalResidual.self, channels: channels)
        let clean = try (500..<520).map { seed in
            let image = ResidualPicture.image(seed: seed, channels: channels)
            return try #require(try detector.inspect(ResidualPicture.subject(image))).score
        }
        let patched = ResidualPicture.image(seed: 700, channels: channels, patch: true)
        let signal = try #require(try detector.inspect(ResidualPicture.subject(patched)))
        #expect(signal.score > clean.reduce(-.infinity, max))
        let box = try #require(signal.boxes.first)
        #expect(box.x + box.width <= 20 && box.y + box.height <= 20)
        #expect(signal.stratum == (channels == 1 ? "png-grey" : "png"))
    }

    @Test("grey pictures: no chroma signal, and none from a fit of colour alone")
    func grey() throws {
        let grey = ResidualPicture.subject(ResidualPicture.image(seed: 1, channels: 1))
        #expect(try ChromaResidual(parameters: [:]).features(of: grey) == nil)
        let (chroma, local) = (try Self.fit(ChromaResidual.self), try Self.fit(LocalResidual.self))
        #expect(try chroma.inspect(grey) == nil)
        #expect(try local.inspect(grey) == nil)
        let both = try Self.fit(LocalResidual.self, channels: 1)
        #expect(try both.inspect(grey) != nil)
    }

    @Test("flat pictures and pictures of one pixel give finite scores or none", arguments: [0, 1, 2])
    func degenerate(index: Int) throws {
        let detector = try Self.fit(Self.types[index])
        for (width, height) in [(1, 1), (11, 12), (12, 12), (30, 20)] {
            let shape = try #require(PixelShape(width: width, height: height, channels: 3))
            let flat = ResidualPicture.subject(Image(PixelBuffer(shape: shape, filledWith: 200)))
            let signal = try detector.inspect(flat)
            #expect((signal == nil) == (min(width, height) < 12))
            #expect(signal?.score.isFinite ?? true)
        }
    }

    @Test("a fit of flat pictures alone scores finitely", arguments: [0, 1, 2])
    func flatFit(index: Int) throws {
        let type = Self.types[index]
        let detector = try type.init(parameters: [:])
        let shape = try #require(PixelShape(width: 20, height: 20, channels: 3))
        let flat = ResidualPicture.subject(Image(PixelBuffer(shape: shape, filledWith: 9)))
        let features = try #require(detector.features(of: flat))
        let fitted = try detector.fitted(by: try type.fit([DetectorFeatures](repeating: features, count: 400)))
        let same = try #require(try fitted.inspect(flat))
        #expect(abs(same.score) < 1e-6)
        let noisy = try #require(try fitted.inspect(ResidualPicture.subject(ResidualPicture.image(seed: 4))))
        #expect(noisy.score.isFinite)
    }

    @Test("before a fit there is no signal", arguments: [0, 1, 2])
    func unfitted(index: Int) throws {
        let detector = try Self.types[index].init(parameters: [:])
        #expect(!detector.isFitted)
        let subject = ResidualPicture.subject(ResidualPicture.image(seed: 1))
        #expect(try detector.inspect(subject) == nil)
    }

    @Test("too few pictures are refused with the number that would do", arguments: [0, 1, 2])
    func few(index: Int) throws {
        let type = Self.types[index]
        let detector = try type.init(parameters: [:])
        let sample = (0..<19).compactMap {
            detector.features(of: ResidualPicture.subject(ResidualPicture.image(seed: $0)))
        }
        let detail = "19 usable images (12 pixels a side or more) of one kind, colour or grey; 20 would do"
        #expect(throws: DetectorError.cannotFit(detector: type.descriptor.name, detail: detail)) {
            try type.fit(sample)
        }
        #expect(throws: DetectorError.self) { try type.fit([]) }
    }

    @Test("a fit of another detector, another version or another shape is refused", arguments: [0, 1, 2])
    func otherShape(index: Int) throws {
        let types = Self.types
        let detector = try types[index].init(parameters: [:])
        let other = try types[(index + 1) % 3].init(parameters: [:])
        let sample = (0..<30).compactMap {
            other.features(of: ResidualPicture.subject(ResidualPicture.image(seed: $0)))
        }
        let foreign = try types[(index + 1) % 3].fit(sample)
        #expect(throws: DetectorError.self) { try detector.fitted(by: foreign) }
        let own = try types[index].fit(
            (0..<30).compactMap {
                detector.features(of: ResidualPicture.subject(ResidualPicture.image(seed: $0)))
            })
        let fitted = try detector.fitted(by: own)
        #expect(fitted.isFitted)
        for (key, value) in [("version", [2.0]), ("colour.means", [.nan]), ("colour.scales", []), ("png.means", [1])] {
            var values = own.values
            values[key] = value
            #expect(throws: DetectorError.self) { try detector.fitted(by: DetectorFit(values: values)) }
        }
        #expect(throws: DetectorError.self) { try detector.fitted(by: DetectorFit(values: ["version": [1]])) }
    }
}

@Suite("ExcessModel")
struct ExcessModelTests {
    @Test("recovers a known relation and scores what exceeds it in its own deviations")
    func relation() throws {
        var generator = ChaChaGenerator(key: [9])
        /// Twelve uniform numbers less 6: deviation 1.
        func normal() -> Double {
            (0..<12).reduce(-6.0) { sum, _ in sum + Double(generator.nextWord()) / 4_294_967_296 }
        }
        var covariates: [[Double]] = []
        var targets: [[Double]] = []
        for _ in 0..<2000 {
            let (a, b) = (normal(), normal())
            let first = 3 + 2 * a + 0.5 * b * b + 0.1 * normal()
            covariates.append([a, b])
            targets.append([first, normal() - b])
        }
        let model = try #require(ExcessModel(covariates: covariates, targets: targets))
        #expect(abs(model.scales[1] - 1) < 0.05)
        // Held to three deviations, and shrunk by 30 in 2,030.
        let excess = model.excess(covariates: [1, 1], targets: [3 + 2 + 0.5, -1 + 4])
        #expect(abs(excess[0]) < 1)
        #expect(abs(excess[1] - 4) < 0.3)
    }

    @Test("learns squares from 300 images on")
    func squares() throws {
        let rows = (0..<300).map { [Double($0 % 17), Double($0 % 23)] }
        let targets = rows.map { [$0[0] + $0[1]] }
        let model = try #require(ExcessModel(covariates: rows, targets: targets))
        #expect(model.weights[0].count == 5)
        let fewer = try #require(ExcessModel(covariates: Array(rows.prefix(299)), targets: Array(targets.prefix(299))))
        #expect(fewer.weights[0].count == 3)
    }

    @Test("strata with 300 images have a model of their own, others share one")
    func strata() throws {
        let detector = try ChromaResidual(parameters: [:])
        let base = try (0..<20).map { seed -> [Double] in
            let image = ResidualPicture.image(seed: seed)
            return try #require(detector.features(of: ResidualPicture.subject(image))).values
        }
        func sample(_ stratum: String, _ count: Int) -> [DetectorFeatures] {
            (0..<count).map { DetectorFeatures(stratum: stratum, values: base[$0 % 20]) }
        }
        let fit = try ChromaResidual.fit(sample("png", 300) + sample("jpeg-mid", 299))
        #expect(fit.values["png.means"] != nil && fit.values["colour.means"] != nil)
        #expect(fit.values["jpeg-mid.means"] == nil)
        #expect(fit.values["colour.weights"]?.count == 16 * 37)
    }
}
