import PixelCore
import Testing

@Suite("ParameterSet")
struct ParameterSetTests {
    private static let descriptors = [
        ParameterDescriptor(name: "count", kind: .integer(1...7), defaultValue: .integer(5), summary: ""),
        ParameterDescriptor(name: "share", kind: .real(0...0.5), defaultValue: .real(0.25), summary: ""),
        ParameterDescriptor(name: "mode", kind: .choice(["a", "b"]), defaultValue: .text("a"), summary: ""),
        ParameterDescriptor(name: "steps", kind: .pipelines, defaultValue: .list(["median(2)"]), summary: ""),
    ]

    @Test("fills defaults in")
    func defaults() throws {
        let set = try ParameterSet([:], against: Self.descriptors)
        #expect(set.integer("count") == 5)
        #expect(set.real("share") == 0.25)
        #expect(set.text("mode") == "a")
        #expect(set.list("steps") == ["median(2)"])
    }

    @Test("takes given values, a whole number for a real one and a word for a list")
    func given() throws {
        let set = try ParameterSet(
            ["count": .integer(1), "share": .integer(0), "mode": .text("b"), "steps": .text("jpeg(75)")],
            against: Self.descriptors)
        #expect(set.integer("count") == 1)
        #expect(set.real("share") == 0)
        #expect(set.text("mode") == "b")
        #expect(set.list("steps") == ["jpeg(75)"])
    }

    @Test(
        "says what would do instead of a wrong value",
        arguments: [
            ("count", .integer(0), "a whole number from 1 to 7"), ("count", .integer(8), "a whole number from 1 to 7"),
            ("count", .real(2), "a whole number from 1 to 7"), ("share", .real(0.51), "a number from 0.0 to 0.5"),
            ("share", .real(.nan), "a number from 0.0 to 0.5"), ("share", .text("x"), "a number from 0.0 to 0.5"),
            ("mode", .text("c"), "one of a, b"), ("mode", .integer(1), "one of a, b"),
            ("steps", .list([]), "a list of at least one defense in short form, such as median(2)"),
            ("cuont", .integer(1), "one of count, share, mode, steps"),
        ] as [(String, ParameterValue, String)])
    func refused(name: String, value: ParameterValue, allowed: String) {
        let fault = #expect(throws: ParameterFault.self) {
            try ParameterSet([name: value], against: Self.descriptors)
        }
        #expect(fault?.name == name)
        #expect(fault?.allowed == allowed)
    }

    @Test("an unknown name among no parameters is refused as well")
    func none() {
        let fault = #expect(throws: ParameterFault.self) { try ParameterSet(["x": .integer(1)], against: []) }
        #expect(fault?.allowed == "no parameters")
    }
}
