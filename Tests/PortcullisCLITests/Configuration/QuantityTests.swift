import Testing

@testable import PortcullisCLI

@Suite("Quantity")
struct QuantityTests {
    @Test(
        "reads times with a unit",
        arguments: [
            ("250ms", Duration.milliseconds(250)), ("5s", .seconds(5)), ("1.5s", .milliseconds(1500)),
            ("2m", .seconds(120)), ("1h", .seconds(3600)), ("7d", .seconds(604_800)), ("0", .zero),
        ])
    func readsTimes(text: String, expected: Duration) {
        #expect(Quantity.duration(text) == expected)
    }

    @Test(
        "refuses what is no time",
        arguments: ["", "5", "s", "-1s", "1e3s", "5 s", "5sec", "1.2.3s", "infs", "nand", "99999999999999d"])
    func refusesTimes(text: String) {
        #expect(Quantity.duration(text) == nil)
    }

    @Test(
        "writes the shortest text that reads back",
        arguments: [
            (Duration.milliseconds(250), "250ms"), (.seconds(1), "1s"), (.seconds(60), "60s"), (.seconds(90), "90s"),
            (.seconds(120), "2m"), (.seconds(3600), "1h"), (.seconds(86_400), "24h"), (.zero, "0s"),
        ])
    func writesTimes(duration: Duration, text: String) {
        #expect(Quantity.text(duration) == text)
        #expect(Quantity.duration(text) == duration)
    }

    @Test(
        "reads sizes with binary and decimal units",
        arguments: [
            ("0", 0), ("512", 512), ("512B", 512), ("1KiB", 1024), ("1kB", 1000), ("1.5MiB", 1_572_864),
            ("10MB", 10_000_000), ("10mb", 10_000_000), ("1GiB", 1_073_741_824),
        ])
    func readsSizes(text: String, expected: Int) {
        #expect(Quantity.bytes(text) == expected)
    }

    @Test("refuses what is no size", arguments: ["", "x", "-1", "1 MiB", "MiB", "1e9", "1TB", "9999999GiB", "0x10"])
    func refusesSizes(text: String) {
        #expect(Quantity.bytes(text) == nil)
    }

    @Test("writes sizes that read back", arguments: [0, 1, 1023, 1024, 1025, 1 << 20, 3 << 29, 1 << 40])
    func writesSizes(bytes: Int) {
        #expect(Quantity.bytes(Quantity.text(bytes: bytes)) == bytes)
    }
}

@Suite("ListenAddress")
struct ListenAddressTests {
    @Test(
        "reads host and port",
        arguments: [
            ("127.0.0.1:8080", "127.0.0.1", 8080), ("[::1]:80", "::1", 80), (":9090", "0.0.0.0", 9090),
            ("model.internal:0", "model.internal", 0),
        ])
    func reads(text: String, host: String, port: Int) {
        #expect(ListenAddress(text) == ListenAddress(host: host, port: port))
    }

    @Test(
        "refuses anything else",
        arguments: ["", "8080", "127.0.0.1", "a:b", "a:70000", "a:-1", "::1:80", "http://a:80", "a b:80"])
    func refuses(text: String) {
        #expect(ListenAddress(text) == nil)
    }

    @Test("is written with brackets where the host has colons")
    func writes() {
        #expect(ListenAddress(host: "::1", port: 1).description == "[::1]:1")
    }
}
