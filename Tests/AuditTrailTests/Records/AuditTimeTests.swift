import AuditTrail
import Testing

@Suite("AuditTime")
struct AuditTimeTests {
    @Test(
        "prints RFC 3339 with six decimals",
        arguments: [
            (0, "1970-01-01T00:00:00.000000Z"),
            (-1, "1969-12-31T23:59:59.999999Z"),
            (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
            (1_795_468_442_123_456, "2026-11-23T21:14:02.123456Z"),
            (4_107_542_400_000_007, "2100-03-01T00:00:00.000007Z"),
            (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
            (-62_135_596_800_000_000, "0001-01-01T00:00:00.000000Z"),
        ])
    func prints(microseconds: Int, text: String) {
        #expect(AuditTime(microseconds: microseconds).description == text)
    }

    @Test("reads back what it prints, a day and a bit at a time over four centuries")
    func readsBack() {
        var isEqual = true
        for day in stride(from: -40_000, to: 106_000, by: 1) {
            let time = AuditTime(microseconds: day * 86_400_000_000 + day &* 7_919 % 86_399_999_999)
            isEqual = isEqual && AuditTime(rfc3339: time.description) == time
        }
        #expect(isEqual)
    }

    @Test("stays inside the years that have four digits", arguments: [Int.min, Int.max])
    func clamps(microseconds: Int) {
        let time = AuditTime(microseconds: microseconds)
        #expect(time.description.utf8.count == 27)
        #expect(time.advanced(microseconds: microseconds) == time)
    }

    @Test(
        "reads offsets and any number of decimals",
        arguments: [
            ("2026-11-23T22:14:02.123456+01:00", 1_795_468_442_123_456),
            ("2026-11-23T16:14:02.1234569-05:00", 1_795_468_442_123_456),
            ("2026-11-23t21:14:02z", 1_795_468_442_000_000),
            ("2026-11-23 21:14:02.5Z", 1_795_468_442_500_000),
        ])
    func readsVariants(text: String, microseconds: Int) {
        #expect(AuditTime(rfc3339: text)?.microseconds == microseconds)
    }

    @Test(
        "refuses what is no moment",
        arguments: [
            "", "2026", "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-10T00:00:00Z", "2026-11-23T24:00:00Z",
            "2026-11-23T21:60:00Z", "2026-11-23T21:14:02", "2026-11-23T21:14:02.Z", "2026-11-23T21:14:02Zx",
            "2026-11-23T21:14:02+1:00", "0000-01-01T00:00:00Z", "2026-11-23T21:14:0२Z", "+026-11-23T21:14:02Z",
        ])
    func refuses(text: String) {
        #expect(AuditTime(rfc3339: text) == nil)
    }

    @Test(
        "understands ages and dates",
        arguments: [
            ("90s", "2026-11-23T21:12:32.123456Z"), ("15m", "2026-11-23T20:59:02.123456Z"),
            ("1h", "2026-11-23T20:14:02.123456Z"), ("7d", "2026-11-16T21:14:02.123456Z"),
            ("0s", "2026-11-23T21:14:02.123456Z"), ("2026-11-20", "2026-11-20T00:00:00.000000Z"),
            ("2026-11-20T10:00:00Z", "2026-11-20T10:00:00.000000Z"),
        ])
    func understands(argument: String, expected: String) {
        #expect(AuditTime(argument: argument, now: TemporaryLog.time())?.description == expected)
    }

    @Test("refuses other arguments", arguments: ["", "h", "-1h", "1w", "1.5h", "yesterday", "9999999h", "é"])
    func refusesArguments(argument: String) {
        #expect(AuditTime(argument: argument, now: TemporaryLog.time()) == nil)
    }

    @Test("the system's clock is after this was written")
    func system() {
        #expect(AuditTime.system().microseconds > 1_700_000_000_000_000)
    }
}
