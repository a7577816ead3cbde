package import AdmissionPolicy
package import AdversarialDetectors
package import GuardPipeline
internal import ImageCodecs
internal import PixelCore

/// Measures clean images on a route: what fitted detectors learn from first, then every detector's score.
package struct CleanMeasurement: Sendable {
    /// The route as the policy has it, with what asks its model.
    package let judge: ImageJudge
    /// Runs pixel work.
    package let executor: PixelExecutor
    /// Images that are open at once.
    package let concurrency: Int
    /// The bytes of a file, or why there are none.
    package let read: @Sendable (_ path: String) -> Swift.Result<[UInt8], SampleReadingError>

    /// A measurement, each member named.
    package init(
        judge: ImageJudge, executor: PixelExecutor, concurrency: Int,
        read: @escaping @Sendable (_ path: String) -> Swift.Result<[UInt8], SampleReadingError>
    ) {
        self.judge = judge
        self.executor = executor
        self.concurrency = concurrency
        self.read = read
    }

    /// What came of it.
    package struct Result: Sendable {
        /// Images that set thresholds, ascending by hash.
        package let images: [CleanImage]
        /// Hashes of images that fitted detectors learned from, ascending.
        package let fitted: [String]
        /// What they learned, by detector.
        package let fits: [String: DetectorFit]
        /// Files that could not be measured, in the order of their paths, each with its reason.
        package let failures: [(path: String, reason: String)]
    }

    /// The largest share of images that may fail.
    package static let mostFailures = 0.05

    /// Detectors of the route that learn from clean images, by name.
    package static func fittedDetectors(of route: RoutePlan) -> [String: any FittedDetector] {
        var found: [String: any FittedDetector] = [:]
        for planned in route.detectors where planned.descriptor.isCalibrated {
            found[planned.descriptor.name] = planned.detector as? any FittedDetector
        }
        return found
    }

    /// Measures what `log` does not hold already; `onStep` hears every image that is done, those of the log first. Files
    /// that were `unreadable` before their hash was known count as failures.
    ///
    /// Throws `.tooManyFailures` as soon as more than one in twenty failed, `.interrupted` when the task is cancelled; the
    /// log then holds what was measured.
    package func run(
        _ split: SampleSplit, log: inout MeasurementLog, unreadable: [(path: String, reason: String)] = [],
        onStep: () -> Void
    ) async throws(CalibrationError) -> Result {
        guard !split.threshold.isEmpty else { throw .noImages }
        var progress = Tally(total: split.fit.count + split.threshold.count + unreadable.count)
        for (path, reason) in unreadable { try progress.fail(path, reason) }
        try await learn(split.fit, &log, &progress, onStep)
        let fits = try fit(split.fit.map(\.sha256), log)
        let name = MeasurementLog.name(of: fits)
        try await score(split.threshold, fits, name: name, &log, &progress, onStep)
        let measured = log.images[name] ?? [:]
        let images = split.threshold.compactMap { measured[$0.sha256] }
        guard !images.isEmpty else { throw .noImages }
        return Result(
            images: images, fitted: split.fit.map(\.sha256).filter { log.features[$0] != nil }, fits: fits,
            failures: progress.failures.sorted { $0.path < $1.path })
    }

    // MARK: Fitting

    private enum Described: Sendable {
        case features([String: DetectorFeatures])
        case failed(String)
        case cancelled
    }

    private func learn(
        _ files: [SampleFile], _ log: inout MeasurementLog, _ tally: inout Tally, _ onStep: () -> Void
    ) async throws(CalibrationError) {
        let detectors = Self.fittedDetectors(of: judge.route)
        let judge = self.judge.with(route: try measured(fits: [:]))
        let due = files.filter { log.features[$0.sha256] == nil }
        for _ in 0..<(files.count - due.count) {
            tally.done += 1
            onStep()
        }
        try await work(due) {
            await describe($0, judge, detectors)
        } each: { file, described throws(CalibrationError) in
            switch described {
            case .features(let features): try log.add(features: features, sha256: file.sha256)
            case .failed(let reason): try tally.fail(file.path, reason)
            case .cancelled: return
            }
            tally.done += 1
            onStep()
        }
        try checkCancellation(tally)
    }

    /// What pixels say, and, where some detector learns from the model's answers, what it found without a fit.
    private func describe(
        _ file: SampleFile, _ judge: ImageJudge, _ detectors: [String: any FittedDetector]
    ) async -> Described {
        if Task.isCancelled { return .cancelled }
        let bytes: [UInt8]
        switch read(file.path) {
        case .success(let content): bytes = content
        case .failure(let error): return .failed(error.reason)
        }
        guard FileDigest.sha256(bytes) == file.sha256 else { return .failed("changed while it was read") }
        let subject: DetectorSubject
        do throws(CodecError) {
            let decoded = try ImageDecoder(limits: judge.route.decodeLimits, options: judge.route.decodeOptions)
                .decode(bytes, cancellation: CancellationFlag())
            subject = DetectorSubject(
                image: decoded.image, facts: decoded.facts, declaredType: file.mediaType, route: judge.route.name,
                nowSeconds: 0)
        } catch {
            return .failed(FailureText.reason(.undecodable(error)))
        }
        var features = detectors.compactMapValues { $0.features(of: subject) }
        let asking = detectors.filter { type(of: $0.value).descriptor.tier > 0 }
        guard !asking.isEmpty else { return .features(features) }
        let judgement = await judge.judge(bytes, mediaType: file.mediaType)
        if Task.isCancelled { return .cancelled }
        switch MeasuredImage(judgement, sha256: file.sha256, detectors: []) {
        case .failed(let reason): return .failed(reason)
        case .cancelled: return .cancelled
        case .measured: break
        }
        for signal in judgement.signals {
            if let found = asking[signal.detector]?.features(of: signal) { features[signal.detector] = found }
        }
        return .features(features)
    }

    private func measured(fits: [String: DetectorFit]) throws(CalibrationError) -> RoutePlan {
        do throws(DetectorError) {
            return try judge.route.measured(fits: fits)
        } catch {
            throw Self.reason(error, "a detector")
        }
    }

    /// The fits from what these images showed, in this order, so that the numbers do not depend on who was first.
    private func fit(
        _ hashes: [String], _ log: borrowing MeasurementLog
    ) throws(CalibrationError) -> [String: DetectorFit] {
        var fits: [String: DetectorFit] = [:]
        for (name, detector) in Self.fittedDetectors(of: judge.route).sorted(by: { $0.key < $1.key }) {
            let sample = hashes.compactMap { log.features[$0]?[name] }
            do throws(DetectorError) {
                fits[name] = try Self.fit(detector, sample)
            } catch {
                throw Self.reason(error, name)
            }
        }
        return fits
    }

    private static func fit<D: FittedDetector>(
        _ detector: D, _ sample: [DetectorFeatures]
    ) throws(DetectorError) -> DetectorFit {
        try D.fit(sample)
    }

    private static func reason(_ error: DetectorError, _ name: String) -> CalibrationError {
        guard case .cannotFit(_, let detail) = error else { return .cannotFit(detector: name, detail: "\(error)") }
        return .cannotFit(detector: name, detail: detail)
    }

    // MARK: Scoring

    private func score(
        _ files: [SampleFile], _ fits: [String: DetectorFit], name: String, _ log: inout MeasurementLog,
        _ tally: inout Tally, _ onStep: () -> Void
    ) async throws(CalibrationError) {
        let judge = self.judge.with(route: try measured(fits: fits))
        let detectors = Set(judge.route.detectors.filter(\.descriptor.isCalibrated).map(\.descriptor.name))
        let known = log.images[name] ?? [:]
        let due = files.filter { known[$0.sha256] == nil }
        for _ in 0..<(files.count - due.count) {
            tally.done += 1
            onStep()
        }
        try await work(due) {
            await measure($0, judge, detectors)
        } each: { file, image throws(CalibrationError) in
            switch image {
            case .measured(let image): try log.add(image: image, fits: name)
            case .failed(let reason): try tally.fail(file.path, reason)
            case .cancelled: return
            }
            tally.done += 1
            onStep()
        }
        try checkCancellation(tally)
    }

    private func measure(_ file: SampleFile, _ judge: ImageJudge, _ detectors: Set<String>) async -> MeasuredImage {
        switch read(file.path) {
        case .failure(let error): return .failed(reason: error.reason)
        case .success(let bytes):
            let judgement = await judge.judge(bytes, mediaType: file.mediaType)
            // Copies that were abandoned look like copies without an answer.
            if Task.isCancelled { return .cancelled }
            return MeasuredImage(judgement, sha256: file.sha256, detectors: detectors)
        }
    }

    // MARK: Work

    private func work<Output: Sendable>(
        _ files: [SampleFile], _ body: @escaping @Sendable (SampleFile) async -> Output,
        each: (SampleFile, Output) throws(CalibrationError) -> Void
    ) async throws(CalibrationError) {
        do {
            try await BoundedWork.run(files, concurrency: concurrency, on: executor, work: body) { index, output in
                try each(files[index], output)
                return true
            }
        } catch let error as CalibrationError {
            throw error
        } catch {
            throw .file(path: "", reason: "\(error)")
        }
    }

    private func checkCancellation(_ tally: Tally) throws(CalibrationError) {
        if Task.isCancelled { throw .interrupted(done: tally.done - tally.failures.count, of: tally.total) }
    }
}

/// Why a file of the sample could not be read, as words that follow its name.
package struct SampleReadingError: Error, Hashable, Sendable {
    /// `cannot be read: No such file or directory`.
    package let reason: String

    /// An error with its reason.
    package init(reason: String) { self.reason = reason }
}

/// What is done and what failed.
private struct Tally {
    let total: Int
    var done = 0
    private(set) var failures: [(path: String, reason: String)] = []

    init(total: Int) { self.total = total }

    mutating func fail(_ path: String, _ reason: String) throws(CalibrationError) {
        failures.append((path, reason))
        guard Double(failures.count) > CleanMeasurement.mostFailures * Double(total) else { return }
        throw .tooManyFailures(failed: failures.count, of: total, example: "\(path): \(reason)")
    }
}
