/// A path in a policy: segments, `*` for any one, a final `**` for any rest.
enum PathPattern {
    /// What is wrong with `pattern`; nil when nothing is.
    static func fault(_ pattern: String) -> String? {
        guard pattern.hasPrefix("/") else { return "`\(pattern)` must begin with /" }
        if pattern.contains("?") || pattern.contains("#") { return "`\(pattern)` must be a path without a query" }
        if pattern.utf8.contains(where: { $0 <= 32 || $0 >= 127 }) {
            return "`\(pattern)` must be printable ASCII; percent-encode the rest"
        }
        if let fault = escapeFault(pattern) { return fault }
        let segments = pattern.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        for (index, segment) in segments.enumerated() {
            if segment == "**" {
                if index != segments.count - 1 { return "`\(pattern)` may have ** only at its end" }
            } else if segment.contains("*"), segment != "*" {
                return "`\(pattern)` may have * only as a whole segment"
            } else if segment == "." || segment == ".." || (segment.isEmpty && segments.count > 1) {
                return "`\(pattern)` must be in canonical form: no dot segments, no empty ones"
            }
        }
        return nil
    }

    /// Requests are matched in canonical form: an escape that this form does not have would never match.
    private static func escapeFault(_ pattern: String) -> String? {
        let bytes = Array(pattern.utf8)
        // What a canonical path holds unescaped (RFC 3986, pchar), and the escape itself.
        let isCanonical = { (byte: UInt8) in
            let character = Character(Unicode.Scalar(byte))
            return character.isLetter || character.isNumber || "-._~!$&'()*+,;=:@/%".contains(character)
        }
        if let odd = bytes.first(where: { !isCanonical($0) }) {
            return "`\(pattern)` has a \(Character(Unicode.Scalar(odd))), which a canonical path has as "
                + "%\(String(odd, radix: 16, uppercase: true)); a variable segment is written *"
        }
        for i in bytes.indices where bytes[i] == 0x25 {
            guard i + 2 < bytes.count, bytes[i + 1...i + 2].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
                let code = UInt8(String(decoding: bytes[i + 1...i + 2], as: UTF8.self), radix: 16)
            else { return "`\(pattern)` has a % that no two hex digits follow" }
            let digits = String(decoding: bytes[i + 1...i + 2], as: UTF8.self)
            if digits != digits.uppercased() {
                return "`\(pattern)` must have its escapes in capitals: %\(digits.uppercased())"
            }
            let character = Character(Unicode.Scalar(code))
            if character.isASCII, character.isLetter || character.isNumber || "-._~".contains(character) {
                return "`\(pattern)` must not escape \(character)"
            }
            if code == 0 || code == 0x2F || code == 0x5C {
                return "`\(pattern)` can never match: a path with %\(digits) is refused"
            }
        }
        return nil
    }

    /// True when the canonical `path` is one that `pattern` takes.
    static func matches(_ pattern: String, _ path: String) -> Bool {
        var wanted = pattern.utf8.dropFirst()[...]
        var given = path.utf8.dropFirst()[...]
        guard path.utf8.first == 0x2F else { return false }
        while true {
            let segment = wanted.prefix { $0 != 0x2F }
            if segment.elementsEqual("**".utf8) { return true }
            let actual = given.prefix { $0 != 0x2F }
            if segment.elementsEqual("*".utf8) {
                if actual.isEmpty { return false }
            } else if !segment.elementsEqual(actual) {
                return false
            }
            wanted = wanted.dropFirst(segment.count)
            given = given.dropFirst(actual.count)
            if wanted.isEmpty || given.isEmpty {
                // "/a/**" also takes "/a".
                return wanted.isEmpty ? given.isEmpty : wanted.elementsEqual("/**".utf8)
            }
            wanted = wanted.dropFirst()
            given = given.dropFirst()
        }
    }
}

extension PolicyPlan {
    /// The first route that takes a request. `path` is canonical, `host` lower case without port.
    package func route(method: String, path: String, host: String?) -> RoutePlan? {
        routes.first { $0.match.takes(method: method, path: path, host: host) }
    }
}

extension RouteMatch {
    /// True when every list is empty or holds what the request has.
    func takes(method: String, path: String, host: String?) -> Bool {
        if !methods.isEmpty, !methods.contains(method) { return false }
        if !hosts.isEmpty {
            guard let host, hosts.contains(host) else { return false }
        }
        return paths.isEmpty || paths.contains { PathPattern.matches($0, path) }
    }

    /// True when no request is left for a later route.
    var takesEverything: Bool {
        methods.isEmpty && hosts.isEmpty && (paths.isEmpty || paths.contains("/**"))
    }
}
