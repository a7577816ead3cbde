import NIOCore
import NIOHTTP1

/// One request and where its answer goes.
struct WebCall: Sendable {
    let request: WebRequest
    /// What `Host` says.
    let authority: String
    /// For messages.
    let origin: String
    let promise: EventLoopPromise<WebAnswer>
}

/// An answer, and whether its connection takes another request.
struct WebAnswer: Sendable {
    let reply: WebReply
    let keepsAlive: Bool
}

/// Turns calls into HTTP parts and parts into answers; one call at a time.
final class WebCallHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundIn = WebCall
    typealias OutboundOut = HTTPClientRequestPart

    private var current: WebCall?
    private var head: HTTPResponseHead?
    private var body: [UInt8] = []

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let call = unwrapOutboundIn(data)
        current = call
        var headers = HTTPHeaders()
        headers.add(name: "Host", value: call.authority)
        headers.add(name: "User-Agent", value: "portcullis/\(Portcullis.version)")
        for header in call.request.headers { headers.add(name: header.name, value: header.value) }
        let body = call.request.body
        if !body.isEmpty || call.request.method == "POST" {
            headers.add(name: "Content-Length", value: String(body.count))
        }
        let head = HTTPRequestHead(
            version: .http1_1, method: HTTPMethod(rawValue: call.request.method), uri: call.request.target,
            headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !body.isEmpty {
            let buffer = context.channel.allocator.buffer(bytes: body)
            context.write(wrapOutboundOut(.body(.byteBuffer(buffer))), promise: nil)
        }
        context.write(wrapOutboundOut(.end(nil)), promise: promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            // 100 Continue and other interim answers come before the one that counts.
            self.head = head
            body = []
        case .body(var buffer):
            guard body.count + buffer.readableBytes <= WebClient.answerLimit else {
                fail(.tooLarge(address: current?.origin ?? "", limit: WebClient.answerLimit))
                context.close(promise: nil)
                return
            }
            body += buffer.readBytes(length: buffer.readableBytes) ?? []
        case .end:
            guard let call = current, let head, head.status.code >= 200 else { return }
            let reply = WebReply(
                status: Int(head.status.code), headers: head.headers.map { ($0.name, $0.value) }, body: body)
            current = nil
            self.head = nil
            body = []
            call.promise.succeed(WebAnswer(reply: reply, keepsAlive: head.isKeepAlive))
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(.broken(address: current?.origin ?? "", detail: "\(error)"))
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(.broken(address: current?.origin ?? "", detail: "closed before the whole answer came"))
        context.fireChannelInactive()
    }

    private func fail(_ error: WebClientError) {
        current?.promise.fail(error)
        current = nil
    }
}
