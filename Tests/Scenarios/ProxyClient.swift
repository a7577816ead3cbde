import NIOCore
import NIOPosix
import Synchronization

/// A raw TCP client: writes what it is told and remembers what it got, so that tests can send what no HTTP library would.
final class ProxyClient: Sendable {
    private final class Inbox: Sendable {
        let state = Mutex<(bytes: [UInt8], isClosed: Bool)>(([], false))
    }

    private let channel: any Channel
    private let inbox: Inbox

    private init(channel: any Channel, inbox: Inbox) {
        self.channel = channel
        self.inbox = inbox
    }

    static func connect(_ port: Int, reads: Bool = true) async throws -> ProxyClient {
        let inbox = Inbox()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.autoRead, value: reads)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(InboxHandler(inbox: inbox))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        return ProxyClient(channel: channel, inbox: inbox)
    }

    /// Sends and does not wait for the other side to take it.
    func send(_ bytes: [UInt8]) {
        channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
    }

    func send(_ text: String) {
        send(text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) })
    }

    var isWritable: Bool { channel.isWritable }

    func startReading() async throws {
        try await channel.setOption(.autoRead, value: true).get()
    }

    func close() async {
        try? await channel.close()
    }

    var isClosed: Bool { inbox.state.withLock { $0.isClosed } }
    var byteCount: Int { inbox.state.withLock { $0.bytes.count } }
    var text: String { inbox.state.withLock { String(decoding: $0.bytes, as: UTF8.self) } }

    /// The next whole response, taken from the inbox. Bodies have a declared length or are chunked.
    func response() async throws -> ProxyResponse {
        var found: ProxyResponse?
        try await eventually("a response, got \(self.text.debugDescription)") {
            found = inbox.state.withLock { state in
                guard let (response, length) = ProxyResponse.parse(state.bytes) else { return nil }
                state.bytes.removeFirst(length)
                return response
            }
            return found != nil
        }
        guard let found else { throw ScenarioTimeout(description: "no response") }
        return found
    }

    /// Waits for the end of the connection.
    func untilClosed() async throws {
        try await eventually("the end of the connection") { self.isClosed }
    }

    private final class InboxHandler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let inbox: Inbox
        init(inbox: Inbox) { self.inbox = inbox }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = unwrapInboundIn(data)
            inbox.state.withLock { $0.bytes.append(contentsOf: bytes.readableBytesView) }
        }

        func channelInactive(context: ChannelHandlerContext) {
            inbox.state.withLock { $0.isClosed = true }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }
}

/// One response as a client reads it.
struct ProxyResponse: Sendable {
    let status: Int
    let reason: String
    let headers: [(name: String, value: String)]
    let body: String

    func first(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// The first response in `bytes` and its length; nil when it is not whole.
    static func parse(_ bytes: [UInt8]) -> (ProxyResponse, Int)? {
        guard let headEnd = find(Array("\r\n\r\n".utf8), in: bytes, from: 0) else { return nil }
        let lines = String(decoding: bytes[..<headEnd], as: UTF8.self).split(separator: "\r\n")
        guard let first = lines.first, let status = Int(first.split(separator: " ")[1]) else { return nil }
        let reason = first.split(separator: " ", maxSplits: 2).dropFirst(2).joined()
        let headers = lines.dropFirst().map { line -> (name: String, value: String) in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (String(parts[0]), parts.count > 1 ? parts[1].trimmingPrefix(" ").description : "")
        }
        let start = headEnd + 4
        let response = { (body: ArraySlice<UInt8>) in
            ProxyResponse(status: status, reason: reason, headers: headers, body: String(decoding: body, as: UTF8.self))
        }
        if status < 200 { return (response([]), start) }
        if headers.contains(where: { $0.name.lowercased() == "transfer-encoding" }) {
            guard let end = find(Array("0\r\n\r\n".utf8), in: bytes, from: start) else { return nil }
            return (response(bytes[start..<end]), end + 5)
        }
        let length = headers.first { $0.name.lowercased() == "content-length" }.flatMap { Int($0.value) } ?? 0
        guard bytes.count >= start + length else { return nil }
        return (response(bytes[start..<(start + length)]), start + length)
    }

    private static func find(_ needle: [UInt8], in bytes: [UInt8], from: Int) -> Int? {
        guard bytes.count >= from + needle.count else { return nil }
        return (from...(bytes.count - needle.count)).first { bytes[$0..<($0 + needle.count)].elementsEqual(needle) }
    }
}
