import AdmissionPolicy
import AdversarialDetectors
import AuditTrail
import ClassifierProtocols
import Foundation
import GuardPipeline
import RobustnessEvaluation

/// One calibration, from the files to the file.
struct CalibrationJob: Sendable {
    let plan: PolicyPlan
    /// As the command line names the policy.
    let policyName: String
    let route: RoutePlan
    let model: ModelOptions
    /// The model in words.
    let modelName: String
    /// The calibration file.
    let output: String
    /// True when the file may exist.
    let isForced: Bool
    let method: ScoreCombination
    let fitShare: Double
    /// The rates that are asked for; nil for the usual ones, as far as the sample promises them.
    let rates: [Double]?
    let concurrency: Int
    let seed: String

    private static let usualRates = [0.05, 0.01, 0.001]

    /// Throws when the file exists and is not to be replaced: before hours of work, not after.
    func checkOutput() throws(CommandFailure) {
        var status = stat()
        guard lstat(output, &status) == 0, !isForced else { return }
        throw .usage("\(output) exists; add --force to replace it")
    }

    /// Measures, prints and writes.
    func run(_ source: CleanSource, imagesPerRequest: [Int], days: [Int]) async throws {
        let isFitting = !CleanMeasurement.fittedDetectors(of: route).isEmpty
        let split = SampleSplit(source.files, fitShare: isFitting ? fitShare : 0)
        try check(split)
        let conditions = MeasurementConditions(
            created: AuditTime.system().description, policy: plan, route: route,
            others: ["model": model.name, "seed": seed, "share for fitting": "\(split.fitShare)"])
        let partial = output + ".partial"
        let client = WebClient(timeout: .seconds(60))
        let executor = PixelExecutor(threads: ProcessInfo.processInfo.activeProcessorCount)
        defer {
            client.close()
            executor.shutdown()
        }
        var log: MeasurementLog
        do throws(CalibrationError) {
            log = try MeasurementLog.open(partial, conditions: conditions)
        } catch {
            throw failure(error, partial: partial)
        }
        do {
            let result = try await measure(split, source, &log, client: client, executor: executor)
            try finish(result, split, source, log, imagesPerRequest: imagesPerRequest, days: days)
        } catch {
            // Nothing to go on from.
            if log.isEmpty { log.remove() }
            throw (error as? CalibrationError).map { failure($0, partial: partial) } ?? error
        }
        log.remove()
    }

    /// Refuses what cannot come to anything before the first image is decoded.
    private func check(_ split: SampleSplit) throws(CommandFailure) {
        guard route.detectors.contains(where: \.descriptor.isCalibrated) else {
            throw failure(.nothingToCalibrate(route: route.name), partial: "")
        }
        let images = split.threshold.count
        for rate in rates ?? [] where !RateSupport.isSupported(rate, by: images) {
            throw failure(.rateUnsupported(rate: rate, images: images), partial: "")
        }
        if rates == nil, !RateSupport.isSupported(Self.usualRates[0], by: images) {
            throw failure(.rateUnsupported(rate: Self.usualRates[0], images: images), partial: "")
        }
    }

    private func measure(
        _ split: SampleSplit, _ source: CleanSource, _ log: inout MeasurementLog, client: WebClient,
        executor: PixelExecutor
    ) async throws -> CleanMeasurement.Result {
        guard let makeProbe = try model.makeProbe(client) else { throw CommandFailure.usage("name a model") }
        let measured = try measuredRoute()
        let key = try deploymentKey()
        let requestGuard = RequestGuard(
            key: key, budget: CallBudget(concurrentCopies: max(1, measured.extraCalls) * concurrency),
            reader: HTTPAnswerReader())
        let measurement = CleanMeasurement(
            judge: ImageJudge(route: route, requestGuard: requestGuard, makeProbe: makeProbe), executor: executor,
            concurrency: concurrency,
            read: { path in
                BoundedFile.read(path, limit: ImagePath.limitBytes).mapError { SampleReadingError(reason: $0.reason) }
            })
        if log.isResumed { Terminal.note("going on with what \(log.path) holds") }
        var progress = Progress("images", total: split.fit.count + split.threshold.count)
        let result: CleanMeasurement.Result
        do {
            result = try await measurement.run(split, log: &log, unreadable: source.unreadable) { progress.step() }
        } catch {
            progress.finish()
            log.sync()
            throw error
        }
        progress.finish()
        return result
    }

    private func finish(
        _ result: CleanMeasurement.Result, _ split: SampleSplit, _ source: CleanSource,
        _ log: borrowing MeasurementLog, imagesPerRequest: [Int], days: [Int]
    ) throws {
        let detectors = MeasuredDetector.all(of: route, fits: result.fits)
        let report = try CalibrationReport(
            result.images, detectors: detectors, method: method, rates: rates ?? Self.usualRates)
        if let rate = report.refused.first, rates != nil {
            throw CalibrationError.rateUnsupported(rate: rate, images: result.images.count)
        }
        let scores = CalibratedScores(result.images, detectors: detectors, method: method)
        let calibration = RouteCalibration(
            created: log.conditions.created,
            reference: RouteCalibration.Reference(
                route: route.name, forwarded: route.referenceText, scores: route.scores.text, model: modelName),
            source: "\(source.description); \(split.rule)", clients: source.clients, images: result.images,
            fitted: result.fitted, scores: scores)
        let bytes = try CalibrationFile.bytes(calibration)
        do throws(CalibrationFault) {
            _ = try CalibrationReader.calibration(in: bytes)
        } catch {
            throw CommandFailure.unreachable("the calibration would not be read back: it \(error.reason)")
        }
        for line in summary(result, split, source, detectors) { Terminal.print(line) }
        Terminal.print("")
        for line in CalibrationText.lines(
            report, method: method, imagesPerRequest: imagesPerRequest, requestsPerDay: days)
        {
            Terminal.print(line)
        }
        try OutputFile.write(bytes, to: output, isForced: isForced)
        Terminal.print("\nwritten to \(output), sha256 \(FileDigest.sha256(bytes).prefix(12))")
        Terminal.print("in the policy, under the route \(route.name):  calibration: \(policyLine)")
    }

    private func summary(
        _ result: CleanMeasurement.Result, _ split: SampleSplit, _ source: CleanSource, _ detectors: [MeasuredDetector]
    ) -> [String] {
        let files = source.files.count + source.unreadable.count
        var lines = [
            "\(RateText.grouped(result.images.count)) images set thresholds, \(RateText.grouped(result.fitted.count)) fitted "
                + "detectors, of \(RateText.grouped(files)) files: \(split.duplicates) had the bytes of another one, "
                + "\(result.failures.count) could not be measured",
            "route \(route.name) of \(policyName); model \(modelName); f(x) is asked about: \(route.referenceText)",
        ]
        for (path, reason) in result.failures.prefix(10) { lines.append("not measured: \(path): \(reason)") }
        if result.failures.count > 10 { lines.append("not measured: \(result.failures.count - 10) more") }
        lines += source.notes
        for detector in detectors {
            let scores = result.images.compactMap { $0.score(of: detector.name)?.score }
            if scores.count < result.images.count {
                lines.append(
                    "\(detector.name) gave no score for \(result.images.count - scores.count) of "
                        + "\(result.images.count) images"
                        + (scores.isEmpty ? " and is not in the calibration: take it off the route" : ""))
            }
            let infinite = scores.count { !$0.isFinite }
            if infinite > 0 {
                lines.append("\(detector.name): \(infinite) scores are not finite; such images count as odd as can be")
            }
        }
        return lines
    }

    /// The file as the policy would name it: relative to the policy, where both are below one folder.
    private var policyLine: String {
        let folder = StateFolders.parent(of: policyName)
        if folder.isEmpty { return output }
        return output.hasPrefix(folder + "/") ? String(output.dropFirst(folder.count + 1)) : output
    }

    private func measuredRoute() throws(CommandFailure) -> RoutePlan {
        do throws(DetectorError) {
            return try route.measured()
        } catch {
            throw .configuration("the route \(route.name): \(error)")
        }
    }

    private func deploymentKey() throws(CommandFailure) -> DeploymentKey {
        do throws(DeploymentKeyError) {
            return try DeploymentKey(bytes: Array(FileDigest.sha256(Array("calibration/\(seed)".utf8)).utf8))
        } catch {
            throw .configuration(error.description)
        }
    }

    /// `error` as the command ends with it.
    private func failure(_ error: CalibrationError, partial: String) -> CommandFailure {
        switch error {
        case .noImages, .rateUnsupported, .otherMeasurement, .notAMeasurement: .usage(error.description)
        case .nothingToCalibrate, .cannotFit: .configuration(error.description)
        case .file: .unreachable(error.description)
        case .tooManyFailures, .interrupted:
            .unreachable("\(error.description); \(partial) keeps the rest: the same command goes on from there")
        }
    }
}
