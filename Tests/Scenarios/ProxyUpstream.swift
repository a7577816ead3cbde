import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// What an upstream saw of one request.
struct SeenRequest: Sendable {
    var method: String
    var uri: String
    var headers: [(name: String, value: String)]
    var body: [UInt8]

    func first(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// What an upstream does about a request.
enum UpstreamAction: Sendable {
    /// An answer with a declared length.
    case answer(status: Int, headers: [(String, String)], body: [UInt8])
    /// Bytes as they stand, then perhaps the end of the connection.
    case raw(String, closes: Bool)
    /// Nothing, ever.
    case silence
    /// So many bytes, as fast as they are taken.
    case flood(bytes: Int)

    static func json(_ text: String) -> UpstreamAction {
        .answer(status: 200, headers: [("Content-Type", "application/json")], body: Array(text.utf8))
    }
}

/// A model's stand-in on loopback: answers as its closure says and remembers what it saw.
final class ProxyUpstream: Sendable {
    let port: Int
    private let channel: any Channel
    private let seenRequests: Recorder

    /// Shared between the handlers of all connections.
    final class Recorder: Sendable {
        let requests = Mutex<[SeenRequest]>([])
        let bodyBytes = Atomic<Int>(0)
        let connections = Atomic<Int>(0)
        let writtenBytes = Atomic<Int>(0)
        let isReading = Atomic<Bool>(true)
    }

    private init(channel: any Channel, recorder: Recorder) {
        self.channel = channel
        seenRequests = recorder
        port = channel.localAddress?.port ?? 0
    }

    static func start(
        reads: Bool = true, _ act: @escaping @Sendable (SeenRequest) -> UpstreamAction
    ) async throws -> ProxyUpstream {
        let recorder = Recorder()
        recorder.isReading.store(reads, ordering: .relaxed)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.autoRead, value: reads)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    recorder.connections.add(1, ordering: .relaxed)
                    try channel.pipeline.syncOperations.addHandler(
                        ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes)))
                    try channel.pipeline.syncOperations.addHandler(UpstreamHandler(recorder: recorder, act: act))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return ProxyUpstream(channel: channel, recorder: recorder)
    }

    var requests: [SeenRequest] { seenRequests.requests.withLock { $0 } }
    var bodyBytes: Int { seenRequests.bodyBytes.load(ordering: .relaxed) }
    var connections: Int { seenRequests.connections.load(ordering: .relaxed) }
    var writtenBytes: Int { seenRequests.writtenBytes.load(ordering: .relaxed) }

    func stop() async {
        try? await channel.close()
    }
}

private final class UpstreamHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = IOData

    private let recorder: ProxyUpstream.Recorder
    private let act: @Sendable (SeenRequest) -> UpstreamAction
    private var current: SeenRequest?
    private var floodLeft = 0

    init(recorder: ProxyUpstream.Recorder, act: @escaping @Sendable (SeenRequest) -> UpstreamAction) {
        self.recorder = recorder
        self.act = act
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            current = SeenRequest(
                method: head.method.rawValue, uri: head.uri, headers: head.headers.map { ($0.name, $0.value) }, body: []
            )
        case .body(let bytes):
            recorder.bodyBytes.add(bytes.readableBytes, ordering: .relaxed)
            current?.body += Array(bytes.readableBytesView)
        case .end:
            guard let request = current else { return }
            recorder.requests.withLock { $0.append(request) }
            perform(act(request), context)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        flood(context)
    }

    private func perform(_ action: UpstreamAction, _ context: ChannelHandlerContext) {
        switch action {
        case .silence: break
        case .raw(let text, let closes):
            write(context, ByteBuffer(string: text))
            if closes { context.close(promise: nil) }
        case .answer(let status, let headers, let body):
            var head = "HTTP/1.1 \(status) Fine\r\n"
            for (name, value) in headers { head += "\(name): \(value)\r\n" }
            head += "Content-Length: \(body.count)\r\n\r\n"
            write(context, ByteBuffer(bytes: Array(head.utf8) + body))
        case .flood(let bytes):
            write(context, ByteBuffer(string: "HTTP/1.1 200 OK\r\nContent-Length: \(bytes)\r\n\r\n"))
            floodLeft = bytes
            flood(context)
        }
    }

    private func flood(_ context: ChannelHandlerContext) {
        while floodLeft > 0, context.channel.isWritable {
            let count = min(floodLeft, 65536)
            floodLeft -= count
            recorder.writtenBytes.add(count, ordering: .relaxed)
            write(context, ByteBuffer(repeating: 0x2E, count: count))
        }
    }

    private func write(_ context: ChannelHandlerContext, _ bytes: ByteBuffer) {
        context.writeAndFlush(wrapOutboundOut(.byteBuffer(bytes)), promise: nil)
    }
}
