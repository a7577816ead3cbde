import Foundation
import PortcullisProxy

/// Where the client asks: `http://host[:port][/path]`.
struct WebAddress: Hashable, Sendable, CustomStringConvertible {
    /// A name or an address, without brackets.
    let host: String
    /// 1...65535.
    let port: Int
    /// Begins with a slash unless it is empty; never ends with one.
    let path: String

    /// An address of its parts.
    init(host: String, port: Int, path: String = "") {
        self.host = host
        self.port = port
        self.path = path
    }

    /// From `http://host[:port][/path]`; nil for anything else: another scheme, a query, user information.
    init?(_ text: String) {
        guard let scheme = text.range(of: "://") else { return nil }
        let rest = text[scheme.upperBound...]
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        guard let origin = UpstreamAddress(url: String(text[..<slash])) else { return nil }
        var path = rest[slash...]
        while path.last == "/" { path.removeLast() }
        guard path.allSatisfy({ $0.isASCII && !" ?#".contains($0) }) else { return nil }
        self.init(host: origin.host, port: origin.port, path: String(path))
    }

    /// What `Host` says.
    var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == 80 ? name : "\(name):\(port)"
    }

    /// The same address with `suffix`, which begins with a slash, after its path.
    func appending(_ suffix: String) -> WebAddress {
        WebAddress(host: host, port: port, path: path + (suffix == "/" ? "" : suffix))
    }

    /// As it was read.
    var description: String { "http://\(ListenAddress(host: host, port: port))\(path)" }
}
