import AuditTrail
import Testing

@Suite("AuditID")
struct AuditIDTests {
    @Test("is a UUID of version 7 that begins with the milliseconds")
    func layout() {
        let id = AuditID(time: AuditTime(microseconds: 0x0193_B3A1_7C2E * 1000 + 500), random: .max)
        // 500 of 1000 microseconds are 2048 of 4096.
        #expect(id.description == "0193b3a1-7c2e-7800-bfff-ffffffffffff")
    }

    @Test("sorts by time to the microsecond, as its text does")
    func sorts() {
        let times = (0..<3000).map { AuditTime(microseconds: 1_795_468_442_123_456 + $0) }
        let ids = times.map { AuditID(time: $0, random: UInt64($0.microseconds) &* 0x9E37_79B9_7F4A_7C15) }
        #expect(zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 && $0.description < $1.description })
    }

    @Test("reads back what it prints, in either case")
    func readsBack() {
        let id = AuditID.make(at: TemporaryLog.time())
        #expect(AuditID(id.description) == id)
        #expect(AuditID(id.description.uppercased()) == id)
    }

    @Test("draws differ")
    func differs() {
        let ids = (0..<1000).map { _ in AuditID.make(at: TemporaryLog.time()) }
        #expect(Set(ids).count == 1000)
    }

    @Test("a time before 1970 still gives an id")
    func early() {
        #expect(
            AuditID(time: AuditTime(microseconds: -5), random: 0).description == "00000000-0000-7000-8000-000000000000")
    }

    @Test(
        "refuses other text",
        arguments: [
            "", "0193b3a1-7c2e-7800-bfff-fffffffffff", "0193b3a17c2e-7800-bfff-ffffffffffff0",
            "0193b3a1-7c2e-7800-bfff-fffffffffffg", "0193b3a1_7c2e_7800_bfff_ffffffffffff",
            "é193b3a1-7c2e-7800-bfff-ffffffffffff",
        ])
    func refuses(text: String) {
        #expect(AuditID(text) == nil)
    }
}
