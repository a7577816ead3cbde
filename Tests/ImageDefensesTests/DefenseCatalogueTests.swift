import ImageDefenses
import PixelCore
import Testing

@Suite("DefenseCatalogue")
struct DefenseCatalogueTests {
    @Test("names are unique and kebab case")
    func names() {
        let names = DefenseCatalogue.descriptors.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(names.allSatisfy { $0.allSatisfy { $0 == "-" || ($0.isLowercase && $0.isASCII) } })
    }

    @Test("an unknown name is an error with the nearest one")
    func unknown() {
        #expect(throws: DefenseError.unknown(name: "bitdepth", nearest: "bit-depth")) {
            try DefenseCatalogue.make(name: "bitdepth", parameters: [:])
        }
        #expect(throws: DefenseError.unknown(name: "medain", nearest: "median")) {
            try DefenseCatalogue.parse("medain(2)")
        }
    }

    @Test(
        "a short form becomes a pipeline under its canonical name",
        arguments: [
            ("median(3)", "median(3)"), ("median", "median(2)"), (" median( 3 ) ", "median(3)"),
            ("median()", "median(2)"),
            ("bit-depth(1)", "bit-depth(1)"), ("bit-depth(bits=1)", "bit-depth(1)"), ("jpeg(75)", "jpeg(75)"),
            ("jpeg(75,4:4:4)", "jpeg(75,4:4:4)"), ("jpeg(subsampling=4:2:0)", "jpeg(75)"),
            ("gaussian-noise(0.05)", "gaussian-noise(0.05)"), ("gaussian-noise(0)", "gaussian-noise(0.0)"),
            ("area-resize(28,28)", "area-resize(28,28)"), ("random-resize-pad(80, fill=0)", "random-resize-pad(80,0)"),
        ])
    func canonical(shortForm: String, name: String) throws {
        let pipeline = try DefenseCatalogue.pipeline(shortForm)
        #expect(pipeline.name == name)
        #expect(pipeline.steps.count == 1)
        // The name is itself a short form of the same pipeline.
        #expect(try DefenseCatalogue.pipeline(name).name == name)
    }

    @Test(
        "a malformed short form is a syntax error",
        arguments: [
            "", "(", "median(", "median)", "median(2", "median(,)", "median(2,)", "med ian(2)", "median(window=)",
            "median(=2)", "median(window=2,3)", "jpeg(quality=1,quality=2)", "jpeg(75,quality=75)", "median((2))",
            "median(2)x",
        ])
    func malformed(shortForm: String) throws {
        let error = #expect(throws: DefenseError.self) { try DefenseCatalogue.parse(shortForm) }
        guard case .syntax? = error else {
            Issue.record("\(String(describing: error)) is no syntax error")
            return
        }
    }

    @Test("too many values and overlong forms are errors")
    func excess() {
        #expect(
            throws: DefenseError.parameter(defense: "median", name: "3 values", allowed: "at most 2: window, rank")
        ) {
            try DefenseCatalogue.parse("median(2,lower,3)")
        }
        #expect(throws: DefenseError.syntax("a short form has at most 200 characters")) {
            try DefenseCatalogue.parse(String(repeating: "m", count: 201))
        }
    }

    @Test("a value out of range is an error that names the range")
    func range() {
        #expect(
            throws: DefenseError.parameter(
                defense: "bit-depth", name: "bits", allowed: "a whole number from 1 to 7")
        ) {
            try DefenseCatalogue.parse("bit-depth(8)")
        }
    }
}
