import AdversarialDetectors
import ImageCodecs
import PixelCore
import Testing

/// What every detector of the catalogue promises.
@Suite("Detector")
struct DetectorContractTests {
    static let names = DetectorCatalogue.descriptors.map(\.name)

    /// The score after a clean course of events, or after one as an attacker causes it.
    private static func score(_ name: String, isAttacked: Bool) throws -> Signal {
        let detector = try learned(DetectorCatalogue.make(name: name, parameters: [:]))
        // A query attack: earlier probes of the same picture; a clean history: other pictures.
        for i in 1...5 {
            let image = isAttacked ? TestSubject.image(noise: 2, noiseSeed: UInt8(i)) : TestSubject.image(seed: i)
            _ = try detector.inspect(TestSubject.subject(image))
        }
        let facts = TestSubject.facts { if isAttacked { $0.trailingBytes = 10 } }
        let last = ContractImages.image(for: name, isAttacked: isAttacked)
        if let signal = try detector.inspect(TestSubject.subject(last, facts: facts)) { return signal }
        let answer = TestSubject.answer(isAttacked ? [0.2, 0.8] : [0.88, 0.12])
        var answers: [ModelAnswer?] = []
        for copies in detector.copyRounds {
            answers += copies.map { _ in answer }
            let step = try detector.score(reference: TestSubject.answer([0.9, 0.1]), answers: answers)
            if case .signal(let signal) = step { return signal }
        }
        throw Unfinished()
    }

    /// `detector`, fitted to clean pictures where it learns from pixels.
    private static func learned(_ detector: any Detector) throws -> any Detector {
        guard let learner = detector as? any FittedDetector else { return detector }
        return try fitted(learner)
    }

    private static func fitted<D: FittedDetector>(_ detector: D) throws -> any Detector {
        let sample = ContractImages.cleanSample(for: D.descriptor.name)
        let features = sample.compactMap { detector.features(of: TestSubject.subject($0)) }
        return features.isEmpty ? detector : try detector.fitted(by: D.fit(features))
    }

    private struct Unfinished: Error {}

    @Test("scores a perturbed input higher than a clean one", arguments: names)
    func orders(name: String) throws {
        let clean = try Self.score(name, isAttacked: false)
        let attacked = try Self.score(name, isAttacked: true)
        #expect(attacked.score > clean.score)
    }

    @Test("the same course of events gives the same signal", arguments: names)
    func deterministic(name: String) throws {
        #expect(try Self.score(name, isAttacked: true) == Self.score(name, isAttacked: true))
    }

    @Test("signals carry the name, evidence and declared findings alone", arguments: names)
    func reports(name: String) throws {
        let descriptor = try #require(DetectorCatalogue.descriptors.first { $0.name == name })
        let signal = try Self.score(name, isAttacked: true)
        #expect(signal.detector == name)
        #expect(!signal.evidence.isEmpty)
        #expect(signal.evidence.allSatisfy { $0.value.isFinite })
        #expect(Set(signal.findings).isSubset(of: descriptor.findings))
    }

    @Test("survives a 1×1 image, grey and colour", arguments: names, [1, 3])
    func tiny(name: String, channels: Int) throws {
        let detector = try DetectorCatalogue.make(name: name, parameters: [:])
        let shape = try #require(PixelShape(width: 1, height: 1, channels: channels))
        let image = Image(PixelBuffer(shape: shape, filledWith: 3))
        let signal = try detector.inspect(TestSubject.subject(image))
        #expect(signal?.score ?? 0 == 0)
    }

    /// Lines, columns, vector-sized and awkward sides, and 50 megapixels' aspect and side limits made small.
    static let shapes: [(width: Int, height: Int)] = [
        (1, 1), (1, 40), (40, 1), (2, 2), (3, 5), (16, 16), (31, 65), (28, 28), (33, 300), (400, 6), (281, 283),
    ]

    /// Constant, random and bitonal samples of a shape.
    private static func pictures(_ shape: PixelShape) -> [Image] {
        var generator = ChaChaGenerator(key: [11])
        let kinds: [() -> UInt8] = [
            { 0 }, { 255 }, { 128 }, { UInt8(truncatingIfNeeded: generator.nextWord()) },
            { generator.nextWord() & 7 == 0 ? 0 : 255 },
        ]
        return kinds.map { sample in
            var pixels = PixelBuffer(shape: shape)
            pixels.withMutableSamples { samples in for i in 0..<samples.count { samples[i] = sample() } }
            return Image(pixels)
        }
    }

    @Test("any shape, constant, random or bitonal, gives finite scores, evidence and boxes inside", arguments: names)
    func shapes(name: String) throws {
        let detector = try Self.learned(DetectorCatalogue.make(name: name, parameters: [:]))
        for (width, height) in Self.shapes {
            for channels in [1, 3] {
                let shape = try #require(PixelShape(width: width, height: height, channels: channels))
                for image in Self.pictures(shape) {
                    guard let signal = try detector.inspect(TestSubject.subject(image)) else { continue }
                    #expect(signal.score.isFinite)
                    #expect(!signal.evidence.isEmpty)
                    #expect(signal.evidence.allSatisfy { $0.value.isFinite })
                    #expect(signal.level?.isFinite ?? true)
                    #expect(signal.boxes.allSatisfy { $0.isInside(shape) })
                }
            }
        }
    }

    @Test("tier 0 asks for no copies, higher tiers do, and every detector comes to an end", arguments: names)
    func tiers(name: String) throws {
        let descriptor = try #require(DetectorCatalogue.descriptors.first { $0.name == name })
        let detector = try DetectorCatalogue.make(name: name, parameters: [:])
        let rounds = detector.copyRounds
        #expect(rounds.isEmpty == (descriptor.tier == 0))
        #expect(rounds.count <= 1 || descriptor.tier > 1)
        #expect(detector.copies(round: rounds.count, signals: []).isEmpty)
        #expect(detector.mostCopies == rounds.joined().count)
        #expect(detector.mostCopies <= CopyRequest.mostCopies)
        if descriptor.tier == 0 {
            #expect(throws: DetectorError.needsNoAnswers(detector: name)) {
                try detector.score(reference: TestSubject.answer([1]), answers: [])
            }
        }
    }

    @Test("a copy without an answer gives no score, in the first round or a later one", arguments: names)
    func unanswered(name: String) throws {
        let detector = try DetectorCatalogue.make(name: name, parameters: [:])
        var answers: [ModelAnswer?] = []
        for copies in detector.copyRounds {
            answers += copies.map { _ in TestSubject.answer([0.8, 0.2]) }
            #expect(throws: DetectorError.answersMissing(detector: name)) {
                try detector.score(reference: TestSubject.answer([0.9, 0.1]), answers: answers.dropLast() + [nil])
            }
        }
    }

    @Test("answers of several vectors are compared with clean ones of as many", arguments: names, 1...3)
    func vectors(name: String, count: Int) throws {
        let detector = try DetectorCatalogue.make(name: name, parameters: [:])
        let answer = ModelAnswer(vectors: (0..<count).flatMap { _ in TestSubject.answer([0.9, 0.1]).vectors })
        var answers: [ModelAnswer?] = []
        for copies in detector.copyRounds {
            answers += copies.map { _ in answer }
            guard case .signal(let signal) = try detector.score(reference: answer, answers: answers) else { continue }
            #expect(signal.stratum == (count == 1 ? "" : "vectors-\(count)"))
            // Where it is conditioned at all, on log(0.9/0.1) = 2.1972246.
            if let level = signal.level { #expect(abs(level - 2.197_224_6) < 1e-6) }
            return
        }
        #expect(detector.copyRounds.isEmpty)
    }

    @Test("parameters beyond their range and unknown ones are errors that say what would do", arguments: names)
    func ranges(name: String) throws {
        let descriptor = try #require(DetectorCatalogue.descriptors.first { $0.name == name })
        for parameter in descriptor.parameters {
            let wrong: ParameterValue =
                switch parameter.kind {
                case .integer(let range): .integer(range.upperBound + 1)
                case .real(let range): .real(range.lowerBound - 1)
                case .choice: .text("neither")
                case .pipelines: .list([])
                }
            #expect(
                throws: DetectorError.parameter(detector: name, name: parameter.name, allowed: parameter.kind.allowed)
            ) {
                try DetectorCatalogue.make(name: name, parameters: [parameter.name: wrong])
            }
        }
        let names = descriptor.parameters.map(\.name)
        let allowed = names.isEmpty ? "no parameters" : "one of " + names.joined(separator: ", ")
        #expect(throws: DetectorError.parameter(detector: name, name: "colour", allowed: allowed)) {
            try DetectorCatalogue.make(name: name, parameters: ["colour": .integer(1)])
        }
    }

    @Test("an unknown detector is an error with the nearest name")
    func unknown() {
        #expect(throws: DetectorError.unknown(name: "feature_squeezing", nearest: "feature-squeezing")) {
            try DetectorCatalogue.make(name: "feature_squeezing", parameters: [:])
        }
    }
}
