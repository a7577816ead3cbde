import AdmissionPolicy
import AuditTrail
import ClassifierProtocols
import Foundation
import GuardPipeline
import Logging
import PortcullisProxy

/// The parts of a running guard, put together from settings.
struct GuardAssembly: Sendable {
    /// Takes requests; a service.
    let server: ProxyServer
    /// Takes records; closed last.
    let writer: AuditWriter
    /// Runs pixel work.
    let executor: PixelExecutor

    /// Opens the log, loads or makes the key and prepares the server. Nothing listens yet.
    ///
    /// Throws `CommandFailure` when the log or the key cannot be had.
    init(
        settings: ServeSettings, upstream: UpstreamAddress, policy: PolicyPlan, logger: Logger
    ) throws(CommandFailure) {
        var configuration = settings.proxyConfiguration(upstream: upstream)
        if let canaries = settings.canaries {
            configuration.canaries = try CanaryFiles.load(canaries, policy: policy)
        }
        let key = try Self.key(settings)
        try StateFolders.make(settings.auditDirectory)
        let audit = AuditConfiguration(
            directory: settings.auditDirectory, instance: settings.instance ?? Self.hostName(),
            fsync: settings.auditFsync, rotateBytes: settings.auditRotateSize, rotateAfter: settings.auditRotateAge,
            queueCapacity: settings.auditQueue)
        do throws(AuditError) {
            writer = try AuditWriter.open(audit)
        } catch {
            throw .unreachable(error.description)
        }
        executor = PixelExecutor(threads: configuration.pixelThreads)
        let requestGuard = RequestGuard(
            key: key, budget: CallBudget(concurrentCopies: settings.copies), reader: HTTPAnswerReader())
        server = ProxyServer(
            configuration: configuration, policy: policy, requestGuard: requestGuard, executor: executor,
            sink: AuditWriterSink(writer: writer, fsync: settings.auditFsync), logger: logger)
    }

    /// Writes what waits and lets threads end; call it once the server has stopped.
    func close() async {
        await writer.close()
        executor.shutdown()
    }

    private static func key(_ settings: ServeSettings) throws(CommandFailure) -> DeploymentKey {
        do throws(DeploymentKeyError) {
            if let hex = settings.key { return try DeploymentKey(bytes: bytes(hex: hex)) }
        } catch {
            throw .configuration(error.description)
        }
        let folder = StateFolders.parent(of: settings.keyFile)
        if !folder.isEmpty { try StateFolders.make(folder) }
        do throws(DeploymentKeyError) {
            return try DeploymentKey.loadOrCreate(path: settings.keyFile)
        } catch {
            throw .configuration(error.description)
        }
    }

    /// The bytes of an even number of hex digits; the settings table accepts nothing else.
    private static func bytes(hex: String) -> [UInt8] {
        let digits = hex.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    private static func hostName() -> String {
        var bytes = [CChar](repeating: 0, count: 256)
        guard gethostname(&bytes, bytes.count - 1) == 0 else { return "portcullis" }
        return String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Words for why a server did not start.
    static func failure(_ error: any Error) -> CommandFailure {
        switch error {
        case let failure as CommandFailure: failure
        case ProxyStartError.listen(let host, let port, let detail):
            .unreachable(
                "cannot listen on \(ListenAddress(host: host, port: port)): \(reason(detail)); "
                    + "choose another address with --listen or --admin")
        case ProxyStartError.ended: .unreachable("the server ended before it listened")
        default: .unreachable("\(error)")
        }
    }

    /// The system's words where the library's text ends in `(errno: 98)`, which names system calls and descriptors.
    private static func reason(_ detail: String) -> String {
        guard let start = detail.firstRange(of: "(errno: ")?.upperBound,
            let number = Int32(detail[start...].prefix { ("0"..."9").contains($0) })
        else { return detail }
        return String(cString: strerror(number))
    }
}
