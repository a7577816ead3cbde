import Glibc

/// One keep-alive connection to a server on loopback, without blocking.
final class Connection {
    private(set) var descriptor: Int32
    private let port: UInt16
    private var outgoing: [UInt8] = []
    private var sent = 0
    private var scanner = ResponseScanner()
    private var isWaiting = false
    /// When the request under way was due, in nanoseconds.
    private(set) var began: UInt64 = 0

    /// A connection that is open. Throws when nobody listens on `port`.
    init(port: UInt16) throws {
        self.port = port
        descriptor = try Self.open(port: port)
    }

    deinit { close(descriptor) }

    /// True when no request is under way.
    var isIdle: Bool { !isWaiting }

    /// True while the socket has not taken the whole request.
    var hasUnsent: Bool { sent < outgoing.count }

    /// Starts a request whose clock started at `began`.
    func start(_ request: [UInt8], began: UInt64) throws {
        outgoing = request
        sent = 0
        isWaiting = true
        self.began = began
        try write()
    }

    /// Writes what the socket takes.
    func write() throws {
        while sent < outgoing.count {
            let count = outgoing.withUnsafeBytes { bytes in
                send(descriptor, bytes.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count > 0 {
                sent += count
            } else if errno == EAGAIN {
                return
            } else if errno == EPIPE || errno == ECONNRESET {
                // The server answered early and closed; its answer is still to be read.
                sent = outgoing.count
            } else if errno != EINTR {
                throw LoadError.system("send", errno)
            }
        }
    }

    /// Reads what is there; the status once the response is complete, nil before.
    func read(into scratch: UnsafeMutableRawBufferPointer) throws -> Int? {
        while true {
            let count = recv(descriptor, scratch.baseAddress, scratch.count, 0)
            if count > 0 {
                guard scanner.feed(UnsafeRawBufferPointer(rebasing: scratch[..<count])) else { continue }
                let status = scanner.status
                let mustReopen = scanner.closes || sent < outgoing.count
                finish()
                if mustReopen { try reopen() }
                return status
            } else if count == 0 || errno == ECONNRESET {
                // Closed by the server: the response, if any, is lost.
                finish()
                try reopen()
                return 0
            } else if errno == EAGAIN {
                return nil
            } else if errno != EINTR {
                throw LoadError.system("recv", errno)
            }
        }
    }

    private func finish() {
        scanner.reset()
        isWaiting = false
        sent = outgoing.count
    }

    private func reopen() throws {
        close(descriptor)
        descriptor = try Self.open(port: port)
    }

    private static func open(port: UInt16) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw LoadError.system("socket", errno) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            let code = errno
            close(descriptor)
            throw LoadError.system("connect to port \(port)", code)
        }
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        return descriptor
    }
}

/// Why a measurement could not be made.
enum LoadError: Error, CustomStringConvertible {
    /// A system call failed with this code.
    case system(String, Int32)
    /// What was measured did not behave as the measurement needs.
    case invalid(String)

    var description: String {
        switch self {
        case .system(let call, let code): "\(call): \(String(cString: strerror(code)))"
        case .invalid(let what): what
        }
    }
}
