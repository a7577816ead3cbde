import Testing

@testable import PortcullisCLI

@Suite("WebAddress")
struct WebAddressTests {
    @Test(
        "reads http URLs with a path",
        arguments: [
            ("http://127.0.0.1:8000", WebAddress(host: "127.0.0.1", port: 8000)),
            ("http://model/predict/", WebAddress(host: "model", port: 80, path: "/predict")),
            ("HTTP://[::1]:81/a/b", WebAddress(host: "::1", port: 81, path: "/a/b")),
        ])
    func reads(text: String, expected: WebAddress) {
        #expect(WebAddress(text) == expected)
    }

    @Test(
        "refuses anything else",
        arguments: [
            "", "127.0.0.1:80", "https://a", "ftp://a", "http://", "http://user@host", "http://a?x", "http://a/b?c",
            "http://a/b#c", "http://a/\u{e9}", "http://a:0",
        ])
    func refuses(text: String) {
        #expect(WebAddress(text) == nil)
    }

    @Test("names the host as HTTP wants it")
    func writesAuthority() {
        #expect(WebAddress(host: "a", port: 80).authority == "a")
        #expect(WebAddress(host: "::1", port: 81).authority == "[::1]:81")
    }
}
