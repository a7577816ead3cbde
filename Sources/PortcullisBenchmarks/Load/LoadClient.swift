import Glibc

/// How requests are sent.
enum Pace {
    /// Each connection sends its next request when the last one was answered.
    case closed
    /// Requests fall due at this rate whatever the server does; one that finds no free connection waits, and its
    /// clock runs from when it was due (so that a stall counts for everyone it held up).
    case open(perSecond: Double)
}

/// What a run of the client saw.
struct LoadResult {
    /// Seconds from due to answered, in the order of the answers, after the warm-up.
    var latencies: [Double] = []
    /// Answers by status; 0 stands for a connection that closed without one.
    var statuses: [Int: Int] = [:]
    /// Wall-clock seconds of the measured part.
    var seconds = 0.0

    /// Answers of the measured part.
    var count: Int { latencies.count }
    /// Answers per second.
    var rate: Double { seconds > 0 ? Double(count) / seconds : 0 }

    /// Throws unless every answer was 200.
    func requireAllFine(_ what: String) throws {
        let others = statuses.filter { $0.key != 200 }
        if !others.isEmpty || statuses.isEmpty {
            throw LoadError.invalid("\(what): every answer must be 200, but they were \(statuses)")
        }
    }
}

/// A load generator: one thread, one loop, requests made beforehand.
struct LoadClient {
    /// On loopback.
    let port: UInt16
    /// Keep-alive connections.
    let connections: Int
    /// Whole requests with their heads, sent in turn.
    let requests: [[UInt8]]

    /// Sends for `warmUp` seconds unmeasured, then until `seconds` passed or `limit` answers came.
    func run(_ pace: Pace, warmUp: Double, seconds: Double, limit: Int = .max) throws -> LoadResult {
        Self.sharpenTimers()
        let pool = try (0..<connections).map { _ in try Connection(port: port) }
        let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { scratch.deallocate() }

        var result = LoadResult()
        let start = Self.now()
        let measured = start + UInt64(warmUp * 1e9)
        let end = measured + UInt64(seconds * 1e9)
        var next = 0
        while true {
            let now = Self.now()
            let isOver = now >= end || result.count >= limit
            if isOver, pool.allSatisfy({ $0.isIdle }) || now > end + 30_000_000_000 { break }
            if !isOver { try startDue(pool, pace: pace, start: start, next: &next) }
            let readable = try wait(pool, pace: pace, start: start, next: next, isOver: isOver)
            for connection in pool where readable.contains(connection.descriptor) {
                guard let status = try connection.read(into: scratch) else { continue }
                let answered = Self.now()
                guard answered >= measured, answered <= end else { continue }
                result.statuses[status, default: 0] += 1
                result.latencies.append(Double(answered - connection.began) / 1e9)
            }
        }
        result.seconds = Double(min(Self.now(), end) - measured) / 1e9
        return result
    }

    private func startDue(_ pool: [Connection], pace: Pace, start: UInt64, next: inout Int) throws {
        for connection in pool where connection.isIdle {
            switch pace {
            case .closed:
                try connection.start(requests[next % requests.count], began: Self.now())
            case .open(let perSecond):
                let due = start + UInt64(Double(next) / perSecond * 1e9)
                if due > Self.now() { return }
                try connection.start(requests[next % requests.count], began: due)
            }
            next += 1
        }
    }

    /// Waits for answers or for the next request to fall due; gives the descriptors that can be read.
    private func wait(
        _ pool: [Connection], pace: Pace, start: UInt64, next: Int, isOver: Bool
    ) throws -> DescriptorSet {
        var nanoseconds: UInt64 = 100_000_000
        if case .open(let perSecond) = pace, !isOver, pool.contains(where: { $0.isIdle }) {
            let due = start + UInt64(Double(next) / perSecond * 1e9)
            let now = Self.now()
            nanoseconds = due > now ? min(nanoseconds, due - now) : 0
        }
        var readable = DescriptorSet()
        var writable = DescriptorSet()
        for connection in pool where !connection.isIdle {
            readable.insert(connection.descriptor)
            if connection.hasUnsent { writable.insert(connection.descriptor) }
        }
        try DescriptorSet.wait(&readable, &writable, nanoseconds: nanoseconds)
        for connection in pool where writable.contains(connection.descriptor) {
            try connection.write()
        }
        return readable
    }

    /// Timers round up by 50 µs unless told otherwise, which would be measured as the server's.
    private static func sharpenTimers() {
        guard let file = fopen("/proc/self/timerslack_ns", "w") else { return }
        fputs("1", file)
        fclose(file)
    }

    /// Monotonic nanoseconds.
    static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

extension LoadClient {
    /// A whole POST of `body` to `path`.
    static func post(_ body: [UInt8], to path: String, type: String) -> [UInt8] {
        let head =
            "POST \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: \(type)\r\nContent-Length: \(body.count)\r\n\r\n"
        return Array(head.utf8) + body
    }
}
