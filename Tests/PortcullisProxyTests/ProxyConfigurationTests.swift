import Testing

@testable import PortcullisProxy

@Suite("UpstreamAddress")
struct UpstreamAddressTests {
    @Test(
        "reads plain HTTP addresses",
        arguments: [
            ("http://model", "model", 80), ("http://model:8000", "model", 8000), ("HTTP://10.0.0.1:1/", "10.0.0.1", 1),
            ("http://[::1]:8000", "::1", 8000), ("http://[::1]", "::1", 80),
        ])
    func reads(url: String, host: String, port: Int) {
        #expect(UpstreamAddress(url: url) == UpstreamAddress(host: host, port: port))
    }

    @Test(
        "refuses everything else",
        arguments: [
            "", "model:80", "https://model", "http://", "http://:80", "http://model:0", "http://model:65536",
            "http://model:x", "http://model/path", "http://u@model", "http://model?q", "http://a b",
        ])
    func refuses(url: String) {
        #expect(UpstreamAddress(url: url) == nil)
    }
}
