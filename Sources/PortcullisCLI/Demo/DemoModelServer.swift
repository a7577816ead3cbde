import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import PixelCore

/// The embedded model behind HTTP: `POST /digit`, `POST /cheque`.
struct DemoModelServer: Sendable {
    private let model: EmbeddedModel
    private let listen: ListenAddress
    private let logger: Logger

    /// A server that is not yet listening.
    init(model: EmbeddedModel, listen: ListenAddress, logger: Logger) {
        self.model = model
        self.listen = listen
        self.logger = logger
    }

    /// The service; `onListening` hears the port.
    func service(onListening: @escaping @Sendable (Int) -> Void) -> some ApplicationProtocol {
        let router = Router()
        for path in ["/digit", "/cheque"] {
            router.post(RouterPath(path)) { request, _ in try await answer(request, path: path) }
        }
        router.get("/") { _, _ in Self.response(200, Array("{\"serves\":[\"/digit\",\"/cheque\"]}\n".utf8)) }
        return Application(
            router: router,
            configuration: ApplicationConfiguration(
                address: .hostname(listen.host, port: listen.port), serverName: "portcullis-demo-model"),
            onServerRunning: { channel in onListening(channel.localAddress?.port ?? 0) },
            logger: logger)
    }

    private func answer(_ request: Request, path: String) async throws -> Response {
        let buffer = try await request.body.collect(upTo: EmbeddedModel.limits.encodedBytes)
        let (status, body) = model.answer(path: path, body: Array(buffer.readableBytesView))
        return Self.response(status, body)
    }

    private static func response(_ status: Int, _ body: [UInt8]) -> Response {
        Response(
            status: HTTPResponse.Status(code: status), headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}
