import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A small HTTP/1.1 client for the command: keep-alive, time-outs, `http://` only.
final class WebClient: Sendable {
    /// Longest time for a connection.
    private let connectTimeout: Duration
    /// Longest time from sending a request to the last byte of its answer.
    private let timeout: Duration
    private let idle = Mutex<[WebAddress: [any Channel]]>([:])

    /// Largest answer that is held, in bytes.
    static let answerLimit = 32 << 20
    /// Idle connections that are kept to one address.
    private static let idleLimit = 64

    /// A client with these limits.
    init(timeout: Duration = .seconds(60), connectTimeout: Duration = .seconds(3)) {
        self.timeout = timeout
        self.connectTimeout = connectTimeout
    }

    /// The answer to `request`, whose target is appended to the path of `address`.
    func send(_ request: WebRequest, to address: WebAddress) async throws(WebClientError) -> WebReply {
        let origin = WebAddress(host: address.host, port: address.port)
        var sent = request
        sent.target = address.path + request.target
        if sent.target.isEmpty { sent.target = "/" }
        if let channel = takeIdle(origin) {
            do throws(WebClientError) {
                return try await exchange(sent, on: channel, origin: origin)
            } catch {
                // The server may have closed the idle connection just now: nothing came back, so a fresh one is tried.
                guard case .broken = error else { throw error }
            }
        }
        return try await exchange(sent, on: connect(origin), origin: origin)
    }

    /// Closes idle connections.
    func close() {
        let channels = idle.withLock { connections in
            defer { connections = [:] }
            return connections.values.flatMap { $0 }
        }
        for channel in channels { channel.close(promise: nil) }
    }

    private func exchange(
        _ request: WebRequest, on channel: any Channel, origin: WebAddress
    ) async throws(WebClientError) -> WebReply {
        let promise = channel.eventLoop.makePromise(of: WebAnswer.self)
        let seconds = Self.seconds(timeout)
        let clock = channel.eventLoop.scheduleTask(in: .nanoseconds(Int64(seconds * 1e9))) {
            promise.fail(WebClientError.timedOut(address: origin.description, seconds: seconds))
            channel.close(promise: nil)
        }
        channel.writeAndFlush(
            WebCall(request: request, authority: origin.authority, origin: origin.description, promise: promise)
        ).whenFailure { error in
            promise.fail(WebClientError.broken(address: origin.description, detail: "\(error)"))
        }
        let result = await withTaskCancellationHandler {
            await Self.outcome(of: promise.futureResult, origin: origin)
        } onCancel: {
            promise.fail(WebClientError.cancelled)
            channel.close(promise: nil)
        }
        clock.cancel()
        let answer = try result.get()
        if answer.keepsAlive { keep(channel, origin) } else { channel.close(promise: nil) }
        return answer.reply
    }

    private static func outcome(
        of future: EventLoopFuture<WebAnswer>, origin: WebAddress
    ) async -> Result<WebAnswer, WebClientError> {
        do {
            return .success(try await future.get())
        } catch let error as WebClientError {
            return .failure(error)
        } catch {
            return .failure(.broken(address: origin.description, detail: "\(error)"))
        }
    }

    private func connect(_ origin: WebAddress) async throws(WebClientError) -> any Channel {
        let nanoseconds = Int64(Self.seconds(connectTimeout) * 1e9)
        do {
            return try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(.nanoseconds(nanoseconds))
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let pipeline = channel.pipeline.syncOperations
                        try pipeline.addHTTPClientHandlers()
                        try pipeline.addHandler(WebCallHandler())
                    }
                }
                .connect(host: origin.host, port: origin.port).get()
        } catch {
            throw .unreachable(address: origin.description, detail: Self.reason(error))
        }
    }

    /// The library's errors carry whole stories; the first cause is what a person needs.
    private static func reason(_ error: any Error) -> String {
        if let failure = error as? NIOConnectionError {
            if let first = failure.connectionErrors.first { return reason(first.error) }
            return "the name \(failure.host) cannot be resolved"
        }
        if let failure = error as? IOError { return String(cString: strerror(failure.errnoCode)) }
        if case .connectTimeout? = error as? ChannelError { return "no answer within the time for connecting" }
        return "\(error)"
    }

    private func takeIdle(_ origin: WebAddress) -> (any Channel)? {
        idle.withLock { connections in
            while let channel = connections[origin]?.popLast() {
                if channel.isActive { return channel }
            }
            return nil
        }
    }

    private func keep(_ channel: any Channel, _ origin: WebAddress) {
        let isKept = idle.withLock { connections in
            guard connections[origin, default: []].count < Self.idleLimit else { return false }
            connections[origin, default: []].append(channel)
            return true
        }
        if !isKept { channel.close(promise: nil) }
    }

    private static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
    }
}
