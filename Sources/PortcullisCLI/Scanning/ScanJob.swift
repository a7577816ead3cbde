import AdmissionPolicy
import AuditTrail
import ClassifierProtocols
import Foundation
import GuardPipeline
import PortcullisProxy
import RobustnessEvaluation

/// One scan of a folder.
struct ScanJob: Sendable {
    let folder: String
    let plan: PolicyPlan
    let route: RoutePlan
    let model: ModelOptions
    /// The table of results.
    let output: String
    /// Takes links by verdict; nil for none.
    let sortInto: String?
    /// The folder of an audit log that gets a record for each judged file; nil for none.
    let audit: String?
    /// What random copies derive from.
    let key: DeploymentKey
    let concurrency: Int

    /// Counts of a scan that ended.
    struct Summary: Sendable {
        /// Files by verdict.
        var verdicts: [VerdictKind: Int] = [:]
        /// Files without a verdict.
        var failed = 0
        /// Files whose rows were there already.
        var kept = 0
        /// Files of the folder.
        var total = 0
        /// Links, pipes and what could not be listed.
        var passedOver: [String] = []
        /// True when the scan was interrupted.
        var isInterrupted = false

        /// True when every file would be forwarded.
        var isFine: Bool {
            failed == 0 && !isInterrupted && verdicts.allSatisfy { $0.key == .forward || $0.value == 0 }
        }

        /// Files that are done.
        var done: Int { failed + verdicts.values.reduce(0, +) }
    }

    /// What verdicts rest on, in 12 hex digits: policy, calibration, route, model and the path that images go to.
    private var basis: String {
        let parts = [plan.sha256, route.calibration?.sha256 ?? "", route.name, model.name, model.answerPath]
        return String(FileDigest.sha256(Array(parts.joined(separator: "\n").utf8)).prefix(12))
    }

    /// Throws when an output lies where it would be scanned itself.
    func checkPlaces() throws(CommandFailure) {
        for (option, path) in [("--sort-into", sortInto), ("--audit", audit)] {
            guard let path, FolderWalk.contains(folder, path) else { continue }
            throw .usage("\(option) must lie outside \(folder): what it gets would be scanned as well")
        }
    }

    /// Judges what is due, writes and sorts.
    func run() async throws -> Summary {
        let listing = try FolderWalk.listing(of: folder)
        var summary = Summary()
        summary.passedOver = listing.passedOver
        let basis = self.basis
        let client = WebClient(timeout: .seconds(60))
        let executor = PixelExecutor(threads: ProcessInfo.processInfo.activeProcessorCount)
        defer {
            client.close()
            executor.shutdown()
        }
        guard let makeProbe = try model.makeProbe(client) else { throw CommandFailure.usage("name a model") }
        let requestGuard = RequestGuard(
            key: key, budget: CallBudget(concurrentCopies: max(1, route.extraCalls) * concurrency),
            reader: HTTPAnswerReader())
        let limit = min(route.bodyBytes, ImagePath.limitBytes)
        let scan = FolderScan(
            judge: ImageJudge(route: route, requestGuard: requestGuard, makeProbe: makeProbe), executor: executor,
            concurrency: concurrency, basis: basis,
            read: { [folder] file in
                BoundedFile.read(folder + "/" + file, limit: limit).mapError { SampleReadingError(reason: $0.reason) }
            }, mediaType: { ImagePath.mediaType($0) })
        let writer = try openLog()
        do {
            var table = try ScanTable.open(output, basis: basis)
            // The table itself may lie in the folder.
            let files = listing.files.filter { !OutputFile.isSame(folder + "/" + $0, output) }
            summary.total = files.count
            try await run(scan, files, &table, writer, &summary)
            await writer?.close()
        } catch {
            await writer?.close()
            throw (error as? ScanError).map { CommandFailure(status: Self.status($0), message: $0.description) }
                ?? error
        }
        summary.isInterrupted = summary.done < summary.total
        return summary
    }

    private func run(
        _ scan: FolderScan, _ files: [String], _ table: inout ScanTable, _ writer: AuditWriter?,
        _ summary: inout Summary
    ) async throws {
        var progress = Progress("files", total: files.count)
        let sorted = sortInto.map { SortedFolder(path: $0) }
        do {
            try await scan.run(files, table: &table) { file, outcome in
                let row: ScanRow
                switch outcome {
                case .cancelled: return
                case .kept(let kept):
                    summary.kept += 1
                    row = kept
                case .judged(let judged, let judgement):
                    row = judged
                    if let writer, let judgement { try await record(judgement, to: writer) }
                }
                if let verdict = row.verdict {
                    summary.verdicts[verdict, default: 0] += 1
                    try sorted?.put(folder + "/" + file, name: file, verdict: verdict)
                } else {
                    summary.failed += 1
                }
                progress.step()
            }
        } catch {
            progress.finish()
            throw error
        }
        progress.finish()
    }

    private func openLog() throws(CommandFailure) -> AuditWriter? {
        guard let audit else { return nil }
        try StateFolders.make(audit)
        do throws(AuditError) {
            return try AuditWriter.open(AuditConfiguration(directory: audit, instance: "scan"))
        } catch {
            throw .unreachable(error.description)
        }
    }

    /// The record of a request that brought this image, without what only a request has.
    private func record(_ judgement: Judgement, to writer: AuditWriter) async throws {
        let time = AuditTime.system()
        var record = AuditRecord(kind: .decision, id: .make(at: time), time: time)
        record.client = AuditRecord.Client(ip: "scan")
        record.policy = AuditRecord.PolicyReference(name: plan.name, sha256: plan.sha256)
        record.fill(from: judgement, route: route)
        // A folder is not in a hurry: the disk is waited for.
        do {
            try await writer.enqueueWhenThereIsRoom(record)
        } catch let error as AuditError {
            throw CommandFailure.unreachable("the audit log: \(error.description)")
        }
    }

    private static func status(_ error: ScanError) -> ExitStatus {
        switch error {
        case .notAScan, .otherBasis: .usage
        case .busy, .file: .unreachable
        }
    }
}
