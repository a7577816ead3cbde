internal import AdversarialDetectors
internal import Foundation

/// What a calibration has measured so far, in a file beside its result: JSON lines, the conditions first. Taken up again
/// after an interruption, deleted at the end.
package struct MeasurementLog: ~Copyable {
    /// One line after the first.
    struct Entry: Codable {
        /// Of the file's bytes.
        let sha256: String
        /// What fitted detectors learn from, by detector; an image that is too small for one is left out of it.
        var features: [String: DetectorFeatures]?
        /// What detectors found.
        var image: CleanImage?
        /// The fits that scores were made with (`MeasurementLog.name(of:)`).
        var fits: String?
    }

    /// Where it is.
    package let path: String
    /// The conditions; those of the first start where it was broken off.
    package let conditions: MeasurementConditions
    /// True when there was something to go on from.
    package let isResumed: Bool
    /// What fitted detectors learn from, by image and detector.
    private(set) var features: [String: [String: DetectorFeatures]] = [:]
    /// What detectors found, by the name of their fits and by image.
    private(set) var images: [String: [String: CleanImage]] = [:]
    private let descriptor: Int32
    private var unsynced = 0

    /// Lines that may be lost to a power cut.
    private static let syncInterval = 256

    /// The log at `path`, made where there is none.
    ///
    /// A line that was cut off in the middle is cut away. Throws when the file is something else, or was made under other
    /// conditions; it is left alone then.
    package static func open(
        _ path: String, conditions: MeasurementConditions
    ) throws(CalibrationError) -> MeasurementLog {
        let descriptor = Foundation.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .file(path: path, reason: String(cString: strerror(errno))) }
        do throws(CalibrationError) {
            let stored = try Stored(descriptor, path: path)
            if let (what, was, now) = stored.conditions.flatMap({ conditions.difference(from: $0) }) {
                throw .otherMeasurement(path: path, what: what, was: was, now: now)
            }
            if stored.conditions == nil { try write(line(conditions), to: descriptor, path: path) }
            return MeasurementLog(path: path, conditions: conditions, stored: stored, descriptor: descriptor)
        } catch {
            close(descriptor)
            throw error
        }
    }

    private init(path: String, conditions: MeasurementConditions, stored: Stored, descriptor: Int32) {
        self.path = path
        self.conditions = stored.conditions ?? conditions
        self.isResumed = stored.conditions != nil
        self.descriptor = descriptor
        for entry in stored.entries {
            if let found = entry.features { features[entry.sha256] = found }
            if let image = entry.image { images[entry.fits ?? "", default: [:]][image.sha256] = image }
        }
    }

    deinit {
        close(descriptor)
    }

    /// True when nothing is measured.
    package var isEmpty: Bool { features.isEmpty && images.isEmpty }

    /// Notes what fitted detectors learn from one image.
    mutating func add(features: [String: DetectorFeatures], sha256: String) throws(CalibrationError) {
        self.features[sha256] = features
        try append(Self.line(Entry(sha256: sha256, features: features)))
    }

    /// Notes what detectors with these fits found in one image.
    mutating func add(image: CleanImage, fits: String) throws(CalibrationError) {
        images[fits, default: [:]][image.sha256] = image
        try append(Self.line(Entry(sha256: image.sha256, image: image, fits: fits)))
    }

    /// Removes the file: the calibration is written.
    package consuming func remove() {
        unlink(path)
    }

    /// Forces what was noted to the disk.
    package func sync() {
        fsync(descriptor)
    }

    /// A name for these fits, the same for the same numbers; empty for none.
    static func name(of fits: [String: DetectorFit]) -> String {
        fits.isEmpty ? "" : FileDigest.sha256(line(fits))
    }

    private mutating func append(_ bytes: [UInt8]) throws(CalibrationError) {
        try Self.write(bytes, to: descriptor, path: path)
        unsynced += 1
        if unsynced >= Self.syncInterval {
            fsync(descriptor)
            unsynced = 0
        }
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32, path: String) throws(CalibrationError) {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .file(path: path, reason: String(cString: strerror(errno))) }
            written += count
        }
    }

    private static func line(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        // Everything encoded here is made of strings and numbers, which always encode.
        return ((try? encoder.encode(value)).map { Array($0) } ?? []) + [0x0A]
    }
}

/// What a log held when it was opened.
private struct Stored {
    /// Nil when the file was empty.
    var conditions: MeasurementConditions?
    var entries: [MeasurementLog.Entry] = []

    /// Reads all of the file and leaves it with its last whole line at the end. The file is locked until it is closed.
    init(_ descriptor: Int32, path: String) throws(CalibrationError) {
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw .file(path: path, reason: "another calibration is writing it")
        }
        guard let content = try? FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).readToEnd(),
            !content.isEmpty
        else { return }
        let lines = content.split(separator: 0x0A, omittingEmptySubsequences: false)
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        guard lines.count > 1, let first = try? decoder.decode(MeasurementConditions.self, from: lines[0]),
            first.schema == MeasurementConditions.currentSchema
        else { throw .notAMeasurement(path: path) }
        conditions = first
        // What stands behind the last newline was cut off.
        for line in lines.dropFirst().dropLast() {
            guard let entry = try? decoder.decode(MeasurementLog.Entry.self, from: line) else {
                throw .notAMeasurement(path: path)
            }
            entries.append(entry)
        }
        let whole = content.count - (lines.last?.count ?? 0)
        guard ftruncate(descriptor, off_t(whole)) == 0, lseek(descriptor, 0, SEEK_END) >= 0 else {
            throw .file(path: path, reason: String(cString: strerror(errno)))
        }
    }
}
