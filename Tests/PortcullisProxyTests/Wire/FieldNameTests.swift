import Testing

@testable import PortcullisProxy

@Suite("FieldName")
struct FieldNameTests {
    private func name(_ text: String) -> FieldName {
        let bytes = Array(text.utf8)
        return FieldName(bytes.span, 0, bytes.count)
    }

    static let names: [(String, FieldName)] = [
        ("Host", .host), ("hOST", .host), ("Content-Length", .contentLength), ("content-digest", .digest),
        ("Transfer-Encoding", .transferEncoding), ("Expect", .expect), ("Content-Type", .contentType),
        ("Content-Encoding", .contentEncoding), ("Connection", .connection), ("Keep-Alive", .keepAlive),
        ("Proxy-Connection", .proxyConnection), ("Proxy-Authenticate", .proxyAuthenticate),
        ("Proxy-Authorization", .proxyAuthorization), ("TE", .te), ("Trailer", .trailer), ("Upgrade", .upgrade),
        ("Digest", .digest), ("Content-MD5", .digest), ("Repr-Digest", .digest), ("Signature", .digest),
        ("Signature-Input", .digest), ("Authorization", .authorization), ("Cookie", .cookie),
        ("Portcullis-Verdict", .portcullis), ("PORTCULLIS_verdict", .portcullis), ("portcullis-", .portcullis),
        ("Content_Length", .disguised), ("transfer_encoding", .disguised), ("Content_Type", .disguised),
        ("keep_alive", .keepAlive), ("X-Request-Id", .other), ("Portculli", .other), ("Portcullisx", .other),
        ("Hosts", .other), ("Tea", .other), ("a", .other), ("Content-Lengths", .other),
    ]

    @Test("knows its fields in every case and spelling", arguments: names)
    func known(text: String, expected: FieldName) {
        #expect(name(text) == expected)
    }

    @Test("hop-by-hop fields are those of RFC 9110 section 7.6.1")
    func hopByHop() {
        let hopByHop: [FieldName] = [
            .connection, .keepAlive, .proxyConnection, .proxyAuthenticate, .proxyAuthorization, .te, .trailer,
            .upgrade, .transferEncoding,
        ]
        for (_, field) in Self.names { #expect(field.isHopByHop == hopByHop.contains(field)) }
    }
}
