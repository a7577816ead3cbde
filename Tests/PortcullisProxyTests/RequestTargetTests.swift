import Testing

@testable import PortcullisProxy

@Suite("TargetCanonicalizer")
struct RequestTargetTests {
    private func canonical(_ target: String, isOptions: Bool = false) throws(TargetFault) -> String {
        let bytes = Array(target.utf8)
        let result = try TargetCanonicalizer.canonicalize(bytes.span, isOptions: isOptions)
        return String(decoding: result.path + result.query, as: UTF8.self)
    }

    @Test(
        "one path has one spelling",
        arguments: [
            ("/predict", "/predict"), ("/pre%64ict", "/predict"), ("/%70%72%65dict", "/predict"),
            ("//predict", "/predict"),
            ("/./predict", "/predict"), ("/a/../predict", "/predict"), ("/%2e%2E/predict", "/predict"),
            ("/../../predict", "/predict"), ("/predict/", "/predict/"), ("/predict/.", "/predict/"),
            ("/predict/x/..", "/predict/"), ("/a//b///c", "/a/b/c"), ("/a%2a", "/a%2A"), ("/a%7E", "/a~"),
            ("/a|b", "/a%7Cb"), ("/a;v=1", "/a;v=1"), ("/", "/"), ("/?", "/?"), ("/a?x=//../%2f", "/a?x=//../%2f"),
            ("http://h/a", "/a"), ("HTTP://h:80", "/"), ("http://h?q", "/?q"), ("/%25", "/%25"), ("/%2525", "/%2525"),
        ])
    func spellings(target: String, expected: String) throws {
        #expect(try canonical(target) == expected)
    }

    @Test("what is canonical stays as it is", arguments: ["/predict", "/a/b;c=d", "/%25/%2A", "/v2/models/x/infer"])
    func idempotent(path: String) throws {
        let once = try canonical(path)
        #expect(once == path)
        #expect(try canonical(once) == once)
    }

    @Test(
        "refuses what servers disagree about",
        arguments: [
            ("/a%2fb", TargetFault.separator), ("/a%2Fb", .separator), ("/a%5cb", .separator), ("/a\\b", .separator),
            ("/a%00", .separator), ("/a%", .percentEncoding), ("/a%2", .percentEncoding), ("/a%zz", .percentEncoding),
            ("/a#b", .fragment), ("/a?b#c", .fragment), ("predict", .form), ("*", .form), ("ftp://h/a", .form),
            ("http:///a", .form), ("h:80", .form),
        ])
    func refuses(target: String, fault: TargetFault) {
        #expect(throws: fault) { try canonical(target) }
    }

    @Test("the asterisk is for OPTIONS alone")
    func asterisk() throws {
        #expect(try canonical("*", isOptions: true) == "*")
    }

    @Test(
        "hosts are compared in lower case without port",
        arguments: [
            ("Model.Example:8080", "model.example"), ("h", "h"), ("h.", "h"), ("[::1]:80", "[::1]"),
            ("10.0.0.1", "10.0.0.1"),
        ])
    func hosts(text: String, expected: String) throws {
        let bytes = Array(text.utf8)
        #expect(String(decoding: try TargetCanonicalizer.host(bytes.span, 0, bytes.count), as: UTF8.self) == expected)
    }

    @Test(
        "refuses hosts that are none",
        arguments: ["", "a b", "a@b", "a/b", "a:b", "a:123456", "[::1", "a,b", "a%41", "é"])
    func badHosts(text: String) {
        let bytes = Array(text.utf8)
        #expect(throws: TargetFault.host) { try TargetCanonicalizer.host(bytes.span, 0, bytes.count) }
    }
}
