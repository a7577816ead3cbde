import Testing

@testable import AdversarialDetectors

@Suite("LogOdds")
struct LogOddsTests {
    @Test(
        "are log(p/(1 - p)), clipped to 16 either way",
        arguments: [
            (0.5, 0.0), (0.9, 2.197_224_577_336_2), (0.1, -2.197_224_577_336_2), (1 - 1e-9, 16), (1e-9, -16), (1, 16),
            (0, -16), (-3, -16), (7, 16),
        ] as [(Double, Double)])
    func values(p: Double, expected: Double) {
        #expect(abs(LogOdds.of(p, against: 1 - p) - expected) < 1e-9)
    }

    // A float that says 1 for the top class still says 1e-5 for the others: log(1e5) = 11.5129255.
    @Test("take the others' own digits where those say more than 1 - p")
    func saturated() throws {
        let vector = try #require(ScoreVector(labels: ["a", "b", "c"], values: [1, 5e-6, 5e-6]))
        #expect(abs(vector.topLogOdds - 11.512_925_5) < 1e-6)
    }

    @Test("take what is left of 1 where a top-k answer leaves the others out")
    func topK() throws {
        let vector = try #require(ScoreVector(labels: ["a"], values: [0.9]))
        #expect(abs(vector.topLogOdds - 2.197_224_6) < 1e-6)
    }

    @Test("exist for classes that are named alone")
    func named() throws {
        let vector = try #require(ScoreVector(labels: ["a", "b"], values: [0.9, 0.1]))
        #expect(LogOdds.of("c", in: vector) == nil)
        #expect(abs(try #require(LogOdds.of("b", in: vector)) + 2.197_224_6) < 1e-6)
    }
}
