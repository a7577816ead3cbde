/// When records reach the disk for good, and so what an acknowledged record survives.
package enum FsyncPolicy: Hashable, Sendable, CustomStringConvertible {
    /// A record is acknowledged after fsync; records that arrive meanwhile share the next one. Survives power loss.
    case always
    /// A record is acknowledged when it is queued; it is written within the linger and synced within this time.
    case interval(Duration)
    /// A record is acknowledged when it is queued; it is written within the linger and synced by the kernel.
    case never

    /// The policy that `always`, `never`, `interval:1s` or `interval:250ms` names; nil for anything else.
    package init?(_ text: String) {
        switch text {
        case "always": self = .always
        case "never": self = .never
        default:
            guard text.hasPrefix("interval:") else { return nil }
            let value = text.dropFirst("interval:".count)
            let isMilliseconds = value.hasSuffix("ms")
            guard isMilliseconds || value.hasSuffix("s"),
                let count = Int(value.dropLast(isMilliseconds ? 2 : 1)), (1...3_600_000).contains(count)
            else { return nil }
            self = .interval(isMilliseconds ? .milliseconds(count) : .seconds(count))
        }
    }

    /// The text that names it.
    package var description: String {
        switch self {
        case .always: return "always"
        case .never: return "never"
        case .interval(let duration):
            let (seconds, attoseconds) = duration.components
            let milliseconds = Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
            return milliseconds.isMultiple(of: 1000) ? "interval:\(milliseconds / 1000)s" : "interval:\(milliseconds)ms"
        }
    }
}

/// Where and how a log is written.
package struct AuditConfiguration: Sendable {
    /// The folder of the log; made with mode 0700 when there is none.
    package var directory: String
    /// Names the process in every line.
    package var instance: String
    /// When records reach the disk for good.
    package var fsync: FsyncPolicy
    /// A file is closed and the next one begun once it holds this many bytes.
    package var rotateBytes: Int
    /// A file is closed once its first line is this old; nil to rotate by size alone.
    package var rotateAfter: Duration?
    /// Records that may wait; past it `submit` fails at once.
    package var queueCapacity: Int
    /// How long a record that nobody waits for may sit in the queue, so that the writer wakes once for many.
    package var linger: Duration
    /// The clock for the writer's own records.
    package var now: @Sendable () -> AuditTime

    /// A configuration; everything but the directory and the instance has a default.
    package init(
        directory: String, instance: String, fsync: FsyncPolicy = .interval(.seconds(1)),
        rotateBytes: Int = 128 << 20, rotateAfter: Duration? = .seconds(86_400), queueCapacity: Int = 8192,
        linger: Duration = .milliseconds(5), now: @escaping @Sendable () -> AuditTime = AuditTime.system
    ) {
        self.directory = directory
        self.instance = instance
        self.fsync = fsync
        self.rotateBytes = rotateBytes
        self.rotateAfter = rotateAfter
        self.queueCapacity = max(1, queueCapacity)
        self.linger = linger
        self.now = now
    }
}

/// Counters of a writer, for metrics.
package struct AuditStatistics: Hashable, Sendable {
    /// Records in the log, the writer's own included.
    package var records = 0
    /// Records that were refused or given up; each loss is also counted in a `dropped` record.
    package var dropped = 0
    /// Bytes written.
    package var bytes = 0
    /// Records that wait.
    package var queueDepth = 0
    /// Calls of fsync that succeeded.
    package var syncs = 0
    /// Files begun after the first.
    package var rotations = 0
    /// Sequence number of the last line.
    package var lastSequence = 0
    /// True while writing or syncing fails.
    package var isFailing = false

    /// All zero.
    package init() {}
}
