import Foundation
import Testing

@testable import AuditTrail

/// A folder for one test, removed with it.
final class TemporaryLog {
    let directory: String

    init() {
        directory =
            FileManager.default.temporaryDirectory
            .appendingPathComponent("audit-\(UUID().uuidString)").path
    }

    deinit {
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// A fixed moment, 2026-11-23T21:14:02.123456Z, and later ones.
    static func time(_ milliseconds: Int = 0) -> AuditTime {
        AuditTime(microseconds: 1_795_468_442_123_456 + milliseconds * 1000)
    }

    func configuration(
        fsync: FsyncPolicy = .interval(.seconds(3600)), rotateBytes: Int = 1 << 30, rotateAfter: Duration? = nil,
        queueCapacity: Int = 4096
    ) -> AuditConfiguration {
        AuditConfiguration(
            directory: directory, instance: "pc-test", fsync: fsync, rotateBytes: rotateBytes,
            rotateAfter: rotateAfter, queueCapacity: queueCapacity, linger: .milliseconds(1), now: { Self.time() })
    }

    /// A pass-through record.
    static func record(_ number: Int, path: String = "/v1/health") -> AuditRecord {
        var record = AuditRecord(
            kind: .passthrough, id: AuditID(time: time(number), random: UInt64(truncatingIfNeeded: number)),
            time: time(number))
        record.route = "health"
        record.client = AuditRecord.Client(ip: "198.51.100.7")
        record.http = AuditRecord.Exchange(
            method: "POST", path: path, status: 200, requestBytes: 20_480, responseBytes: 412)
        record.timings.total = 1.25
        return record
    }

    /// Writes `count` records and closes the log.
    func write(_ count: Int, _ configuration: AuditConfiguration? = nil) async throws {
        let writer = try AuditWriter.open(configuration ?? self.configuration())
        for number in 0..<count { #expect(writer.enqueue(Self.record(number)) == nil) }
        await writer.close()
    }

    var files: [String] {
        get throws { try LogFiles.names(in: directory) }
    }

    func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: directory + "/" + name)))
    }

    func replace(_ name: String, _ bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: directory + "/" + name))
    }

    func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: directory + "/" + name)
    }

    /// The lines of the only file, without their newlines.
    func lines() throws -> [[UInt8]] {
        let names = try files
        try #require(names.count == 1)
        return Self.lines(try bytes(names[0]))
    }

    static func lines(_ bytes: [UInt8]) -> [[UInt8]] {
        bytes.split(separator: 0x0A).map { Array($0) }
    }

    /// All records of the log, oldest first.
    func entries(_ query: AuditQuery = AuditQuery()) throws -> [AuditEntry] {
        var entries: [AuditEntry] = []
        try AuditReader(path: directory).read(query) { entry, _ in
            entries.append(entry)
            return true
        }
        return entries
    }

    func mode(_ name: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: directory + (name.isEmpty ? "" : "/" + name))
        return try #require(attributes[.posixPermissions] as? Int)
    }
}

/// A decision with every member set.
func fullDecision(text: String = "plain") -> AuditRecord {
    var record = AuditRecord(
        kind: .decision, id: AuditID(time: TemporaryLog.time(), random: 42), time: TemporaryLog.time())
    record.route = text
    record.policy = AuditRecord.PolicyReference(name: text, sha256: String(repeating: "ab", count: 32))
    record.mode = "enforce"
    record.client = AuditRecord.Client(ip: text)
    record.http = AuditRecord.Exchange(method: text, path: text, status: 403, requestBytes: 183_220, responseBytes: 412)
    let facts = InspectedImage.Facts(
        bitDepth: 8, colourModel: "ycbcr", isProgressive: true, scans: 3, frames: 1, orientation: 6,
        isOrientationApplied: true, trailingBytes: 9, embedded: ["zip", text], viewerDifferences: ["icc-profile"])
    record.images = [
        InspectedImage(
            index: 0, sha256: String(repeating: "01", count: 32), pixelsSHA256: String(repeating: "23", count: 32),
            format: "jpeg", width: 1200, height: 540, channels: 1, bytes: 183_001, facts: facts,
            forwarded: InspectedImage.Forwarded(
                pixels: "sanitized", mediaType: "image/png", encoding: "stored", bytes: 648_900,
                sha256: String(repeating: "45", count: 32)),
            signature: Array(0..<64)),
        InspectedImage(index: 1, sha256: text, format: text, width: 1, height: 1, channels: 3, bytes: 70),
    ]
    record.detectors = [
        AuditRecord.DetectorFinding(
            id: "feature-squeezing", version: "1", tier: 1, score: 1.37, findings: [text],
            evidence: [("median(2)", 1.37), ("bit-depth(1)", 0.25), (text, .infinity), (text, 1e-7)],
            parameters: ["threshold": .number(0.1), "prev": .text(text), "on": .flag(true), "count": .integer(-3)])
    ]
    calibrate(&record, text)
    record.copies = [
        AuditRecord.CopyAnswer(name: "median(2)", label: text, milliseconds: 7.9),
        AuditRecord.CopyAnswer(name: "reference"),
    ]
    record.answer = AuditRecord.Answer(label: text, confidence: 0.998, status: 200)
    record.verdict = "reject"
    record.wouldBeVerdict = "divert"
    record.reasonCodes = ["squeezing-moved-the-answer", text]
    record.policyLine = 41
    record.degraded = "call-budget"
    record.failure = AuditRecord.Failure(cause: "model", detail: text)
    record.randomness = AuditRecord.Randomness(keyID: "0011aabb", purpose: text)
    record.timings.read = 1.2
    record.timings.decode = 3.1
    record.timings.inspect = .nan
    record.timings.sanitize = 2
    record.timings.consult = 8.4
    record.timings.decide = 0.001
    record.timings.upstream = 5.0004
    record.timings.total = 15.9
    record.of = AuditID(time: TemporaryLog.time(5), random: 7)
    record.ending = text
    record.event = text
    record.details = [text: .text(text), "number": .integer(1)]
    return record
}

/// Fills what a calibration adds.
private func calibrate(_ record: inout AuditRecord, _ text: String) {
    record.detectors[0].pValue = 0.004
    record.detectors[0].threshold = 0.9
    record.detectors[0].stratum = text
    record.detectors[0].level = 4.25
    record.detectors[0].boxes = [[10, 20, 30, 40], [0, 0, 1, 1]]
    record.detectors[0].oddestCopy = "median(2)"
    record.combined = AuditRecord.Combined(method: "min-p", pValue: 0.01, statistic: 125)
    record.calibration = String(repeating: "cd", count: 32)
    record.gate = "margin"
}

/// The line of `record` with sequence number 7.
func line(of record: AuditRecord, instance: String = "pc-test") -> [UInt8] {
    var writer = CanonicalWriter()
    RecordEncoder.append(
        record,
        at: RecordEncoder.Place(
            instance: instance, sequence: 7, time: TemporaryLog.time(), previous: ChainLink.hash(of: [1, 2, 3])),
        to: &writer)
    return writer.bytes
}
