import ImageDefenses
import PixelCore
import Testing

/// What every defense of the catalogue promises.
@Suite("Defense")
struct DefenseContractTests {
    static let names = DefenseCatalogue.descriptors.map(\.name)

    private static func apply(
        _ name: String, to pixels: inout PixelBuffer, seed: UInt8 = 1, flag: CancellationFlag = CancellationFlag()
    ) throws(DefenseError) {
        var context = DefenseContext(generator: ChaChaGenerator(key: [seed]), cancellation: flag)
        try DefenseCatalogue.make(name: name, parameters: [:]).apply(to: &pixels, context: &context)
    }

    @Test("keeps the shape unless its descriptor says otherwise", arguments: names, TestImage.shapes)
    func shape(name: String, side: (width: Int, height: Int)) throws {
        let descriptor = try #require(DefenseCatalogue.descriptors.first { $0.name == name })
        for channels in [1, 3] {
            let shape = try #require(PixelShape(width: side.width, height: side.height, channels: channels))
            var pixels = TestImage.random(shape, seed: 4)
            try Self.apply(name, to: &pixels)
            if descriptor.changesShape {
                #expect(pixels.shape.channels == channels)
            } else {
                #expect(pixels.shape == shape)
            }
        }
    }

    @Test("equal generators give equal pixels", arguments: names)
    func deterministic(name: String) throws {
        let shape = try #require(PixelShape(width: 31, height: 19, channels: 3))
        var first = TestImage.random(shape, seed: 4)
        var second = TestImage.random(shape, seed: 4)
        try Self.apply(name, to: &first)
        try Self.apply(name, to: &second)
        #expect(TestImage.samples(first) == TestImage.samples(second))
    }

    @Test("different generators give different pixels exactly where the descriptor says randomized", arguments: names)
    func randomized(name: String) throws {
        let descriptor = try #require(DefenseCatalogue.descriptors.first { $0.name == name })
        let shape = try #require(PixelShape(width: 64, height: 48, channels: 1))
        var results: Set<[UInt8]> = []
        for seed in 1...4 as ClosedRange<UInt8> {
            var pixels = TestImage.random(shape, seed: 4)
            try Self.apply(name, to: &pixels, seed: seed)
            results.insert(TestImage.samples(pixels))
        }
        #expect((results.count > 1) == descriptor.isRandomized)
    }

    @Test("a raised flag is an error that leaves the pixels alone", arguments: names)
    func cancelled(name: String) throws {
        let shape = try #require(PixelShape(width: 32, height: 32, channels: 3))
        let flag = CancellationFlag()
        flag.raise()
        var pixels = TestImage.random(shape, seed: 4)
        let before = TestImage.samples(pixels)
        var caught: DefenseError?
        do throws(DefenseError) {
            try Self.apply(name, to: &pixels, flag: flag)
        } catch {
            caught = error
        }
        #expect(caught == .cancelled)
        #expect(pixels.shape == shape)
        #expect(TestImage.samples(pixels) == before)
    }

    @Test("a parameter beyond its range is an error that names the range", arguments: names)
    func ranges(name: String) throws {
        let descriptor = try #require(DefenseCatalogue.descriptors.first { $0.name == name })
        for parameter in descriptor.parameters {
            for value in Self.wrongValues(parameter.kind) {
                #expect(
                    throws: DefenseError.parameter(defense: name, name: parameter.name, allowed: parameter.kind.allowed)
                ) {
                    try DefenseCatalogue.make(name: name, parameters: [parameter.name: value])
                }
            }
        }
    }

    @Test("an unknown parameter is an error that names the known ones", arguments: names)
    func unknownParameter(name: String) throws {
        let descriptor = try #require(DefenseCatalogue.descriptors.first { $0.name == name })
        let known = descriptor.parameters.map(\.name)
        let allowed = known.isEmpty ? "no parameters" : "one of " + known.joined(separator: ", ")
        #expect(throws: DefenseError.parameter(defense: name, name: "colour", allowed: allowed)) {
            try DefenseCatalogue.make(name: name, parameters: ["colour": .integer(1)])
        }
    }

    @Test("has a name, a summary, a source and a weakness, and defaults that are allowed", arguments: names)
    func described(name: String) throws {
        let descriptor = try #require(DefenseCatalogue.descriptors.first { $0.name == name })
        for text in [descriptor.name, descriptor.summary, descriptor.source, descriptor.weaknesses] {
            #expect(!text.isEmpty)
        }
        for parameter in descriptor.parameters {
            #expect(throws: Never.self) {
                try DefenseCatalogue.make(name: name, parameters: [parameter.name: parameter.defaultValue])
            }
        }
    }

    @Test("both ends of every parameter's range work on every shape", arguments: names)
    func ends(name: String) throws {
        let descriptor = try #require(DefenseCatalogue.descriptors.first { $0.name == name })
        for parameter in descriptor.parameters {
            for value in Self.ends(parameter.kind) {
                var parameters = Self.companions(name, parameter.name, value)
                parameters[parameter.name] = value
                let defense = try DefenseCatalogue.make(name: name, parameters: parameters)
                for (width, height) in [(1, 1), (1, 9), (9, 1), (9, 7), (33, 17)] {
                    for channels in [1, 3] {
                        let shape = try #require(PixelShape(width: width, height: height, channels: channels))
                        var pixels = TestImage.random(shape, seed: 4)
                        var context = DefenseContext(generator: ChaChaGenerator(key: [1]))
                        try defense.apply(to: &pixels, context: &context)
                        #expect(pixels.shape == defense.outputShape(for: shape))
                        #expect(pixels.shape == shape || descriptor.changesShape)
                        #expect(pixels.shape.channels == channels)
                    }
                }
            }
        }
    }

    private static func ends(_ kind: ParameterDescriptor.Kind) -> [ParameterValue] {
        switch kind {
        case .integer(let range): [.integer(range.lowerBound), .integer(range.upperBound)]
        case .real(let range): [.real(range.lowerBound), .real(range.upperBound)]
        case .choice(let words): words.map { .text($0) }
        case .pipelines: []
        }
    }

    /// What goes with an end of a range: the other end of an interval, or a short side beside a long one.
    private static func companions(
        _ name: String, _ parameter: String, _ value: ParameterValue
    ) -> [String: ParameterValue] {
        switch (name, parameter) {
        case ("stochastic-jpeg", "lowest_quality"): ["highest_quality": .integer(100)]
        case ("stochastic-jpeg", "highest_quality"): ["lowest_quality": .integer(1)]
        case ("area-resize", "width"), ("resize", "width"): ["height": .integer(1)]
        case ("area-resize", "height"), ("resize", "height"): ["width": .integer(1)]
        case ("resize", _): ["width": .integer(21), "height": .integer(6)]
        default: [:]
        }
    }

    private static func wrongValues(_ kind: ParameterDescriptor.Kind) -> [ParameterValue] {
        switch kind {
        case .integer(let range): [.integer(range.lowerBound - 1), .integer(range.upperBound + 1), .text("many")]
        case .real(let range): [.real(range.lowerBound - 0.001), .real(range.upperBound.nextUp), .text("much")]
        case .choice: [.text("neither"), .integer(1)]
        case .pipelines: [.list([]), .integer(1)]
        }
    }
}
