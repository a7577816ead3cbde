import NIOCore
import NIOEmbedded
import NIOHTTP1
import PixelCore
import Testing

@testable import PortcullisProxy

/// SwiftNIO's decoder (llhttp) as a second opinion: whatever Portcullis accepts, llhttp must read the same way.
@Suite("RequestParser against llhttp")
struct DifferentialTests {
    private static let seeds = [
        "GET /a?b=c HTTP/1.1\r\nHost: h\r\nAccept: */*\r\n\r\n",
        "POST /v1/predict HTTP/1.1\r\nHost: model:8000\r\nContent-Type: image/png\r\nContent-Length: 5\r\n\r\nhello",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n3\r\nabc\r\n0\r\n\r\n",
        "PUT /x HTTP/1.1\r\nHost: h\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n",
        "DELETE /x HTTP/1.0\r\nHost: h\r\n\r\n",
    ]
    private static let methods: Set<String> = ["GET", "POST", "PUT", "DELETE"]
    private static let splices = [
        "\r", "\n", "\r\n", " ", "\t", ":", "\0", "0", "Content-Length: 3\r\n", "Transfer-Encoding: chunked\r\n", ",",
        "HTTP/1.1", "chunked", "\u{B}", "-", "+1", ";", "Host: h\r\n",
    ]

    @Test("reads nothing that llhttp reads differently, in 4,000 mutated requests", arguments: 0..<4)
    func agrees(seed: UInt8) {
        var random = ChaChaGenerator(key: [seed])
        var accepted = 0
        for _ in 0..<1000 {
            var bytes = Array(Self.seeds[Int(random.below(UInt32(Self.seeds.count)))].utf8)
            for _ in 0...random.below(2) { Self.mutate(&bytes, &random) }
            guard case .requests(let ours) = parse([bytes]), !ours.isEmpty else { continue }
            // Unknown methods are forwarded to the upstream, which knows its own; targets are looked at after parsing.
            guard ours.allSatisfy({ Self.methods.contains($0.method) && $0.target.hasPrefix("/") }) else { continue }
            accepted += 1
            guard let theirs = Self.llhttp(bytes) else {
                Issue.record(
                    "llhttp refuses what we accept: \(String(decoding: bytes, as: UTF8.self).debugDescription)")
                continue
            }
            #expect(Array(theirs.prefix(ours.count)) == ours)
        }
        // Mutations that change nothing of note must leave something to compare.
        #expect(accepted > 50)
    }

    /// llhttp leaves blanks behind a value.
    private static func trimmed(_ value: String) -> String {
        var text = value[...]
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return String(text)
    }

    private static func mutate(_ bytes: inout [UInt8], _ random: inout ChaChaGenerator) {
        let at = Int(random.below(UInt32(bytes.count)))
        switch random.below(4) {
        case 0: bytes.remove(at: at)
        case 1: bytes[at] = UInt8(truncatingIfNeeded: random.nextWord())
        case 2: bytes.insert(contentsOf: splices[Int(random.below(UInt32(splices.count)))].utf8, at: at)
        default: bytes.insert(bytes[at], at: at)
        }
    }

    /// The requests that llhttp finds; nil when it refuses the bytes before the first is whole.
    private static func llhttp(_ bytes: [UInt8]) -> [ParsedRequest]? {
        let channel = EmbeddedChannel(
            handler: ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)))
        // An error comes after the requests before it; those still count.
        let failed = (try? channel.writeInbound(ByteBuffer(bytes: bytes))) == nil
        var requests: [ParsedRequest] = []
        var current: ParsedRequest?
        while let part = try? channel.readInbound(as: HTTPServerRequestPart.self) {
            switch part {
            case .head(let head):
                current = ParsedRequest(
                    method: head.method.rawValue, target: head.uri,
                    fields: head.headers.map { "\($0.name)=\(Self.trimmed($0.value))" },
                    body: [])
            case .body(let buffer): current?.body += Array(buffer.readableBytesView)
            case .end:
                if let current { requests.append(current) }
                current = nil
            }
        }
        _ = try? channel.finish()
        return failed && requests.isEmpty ? nil : requests
    }
}
