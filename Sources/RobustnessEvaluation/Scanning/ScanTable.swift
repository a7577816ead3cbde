internal import Foundation

/// The results of a scan, in a CSV file that is only ever appended to.
package struct ScanTable: ~Copyable {
    /// Where it is.
    package let path: String
    /// What it held when it was opened and has got since: the last row of each file.
    private var rows: [String: ScanRow] = [:]
    private let descriptor: Int32
    private var unsynced = 0
    private var lastSync = ContinuousClock.now

    /// Rows, and time, that may be lost to a power cut.
    private static let syncRows = 64
    private static let syncInterval = Duration.seconds(2)

    /// The table at `path` for a scan on this basis, made where there is none.
    ///
    /// A record that was cut off in the middle is cut away. Throws when the file holds something else, or rows of another
    /// policy; it is left alone then.
    package static func open(_ path: String, basis: String) throws(ScanError) -> ScanTable {
        let descriptor = Foundation.open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw .file(path: path, reason: String(cString: strerror(errno))) }
        do throws(ScanError) {
            let rows = try stored(descriptor, path: path, basis: basis)
            if rows == nil { try write(CSVWriter.record(ScanRow.columns), to: descriptor, path: path) }
            return ScanTable(path: path, rows: rows ?? [], descriptor: descriptor)
        } catch {
            close(descriptor)
            throw error
        }
    }

    private init(path: String, rows: [ScanRow], descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
        for row in rows { self.rows[row.file] = row }
    }

    deinit {
        fsync(descriptor)
        close(descriptor)
    }

    /// The last row of `file`; nil when there is none.
    package func row(of file: String) -> ScanRow? { rows[file] }

    /// Every file's last row, by file.
    package var all: [String: ScanRow] { rows }

    /// Appends `row`, unless it is the file's last one already.
    package mutating func append(_ row: ScanRow) throws(ScanError) {
        guard rows[row.file] != row else { return }
        try Self.write(row.record, to: descriptor, path: path)
        rows[row.file] = row
        unsynced += 1
        guard unsynced >= Self.syncRows || ContinuousClock.now - lastSync >= Self.syncInterval else { return }
        fsync(descriptor)
        unsynced = 0
        lastSync = ContinuousClock.now
    }

    /// The whole records of the file; nil when it is empty. The file is locked until it is closed.
    private static func stored(
        _ descriptor: Int32, path: String, basis: String
    ) throws(ScanError) -> [ScanRow]? {
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw .busy(path: path) }
        guard let content = try? FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).readToEnd(),
            !content.isEmpty
        else { return nil }
        let bytes = Array(content)
        let heading = Array(CSVWriter.record(ScanRow.columns).utf8)
        if bytes.count < heading.count, heading.starts(with: bytes) {
            try truncate(descriptor, to: 0, path: path)
            return nil
        }
        guard bytes.starts(with: heading) else { throw .notAScan(path: path) }
        let whole = wholeRecords(bytes)
        var rows: [ScanRow] = []
        let records: [CSVReader.Record]
        do throws(ManifestError) {
            records = try CSVReader.records(Array(bytes[..<whole]), origin: path)
        } catch {
            throw .notAScan(path: path)
        }
        for record in records.dropFirst() {
            guard let row = ScanRow(record: record.fields) else { throw .notAScan(path: path) }
            guard row.basis == basis else { throw .otherBasis(path: path, was: row.basis, now: basis) }
            rows.append(row)
        }
        if whole < bytes.count { try truncate(descriptor, to: whole, path: path) }
        return rows
    }

    /// Bytes up to the end of the last whole record: the last line ending that no quotes enclose.
    static func wholeRecords(_ bytes: [UInt8]) -> Int {
        var isQuoted = false
        var end = 0
        for (index, byte) in bytes.enumerated() {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if byte == 0x0A, !isQuoted { end = index + 1 }
        }
        return end
    }

    private static func truncate(_ descriptor: Int32, to length: Int, path: String) throws(ScanError) {
        guard ftruncate(descriptor, off_t(length)) == 0 else {
            throw .file(path: path, reason: String(cString: strerror(errno)))
        }
    }

    /// One call for one record, so that a reader never sees half of one unless the disk is full.
    private static func write(_ record: String, to descriptor: Int32, path: String) throws(ScanError) {
        let bytes = Array(record.utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .file(path: path, reason: String(cString: strerror(errno))) }
            written += count
        }
    }
}

/// Why a scan could not go on.
package enum ScanError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file of results holds something else.
    case notAScan(path: String)
    /// It holds rows of another policy, calibration, route or model.
    case otherBasis(path: String, was: String, now: String)
    /// Another scan is writing it.
    case busy(path: String)
    /// The system refused a file.
    case file(path: String, reason: String)

    /// What happened and what to do.
    package var description: String {
        switch self {
        case .notAScan(let path):
            "\(path) is in the way: it is no table of a scan. Choose another --out"
        case .otherBasis(let path, let was, let now):
            "\(path) holds results of another policy, calibration, route or model (basis \(was), now \(now)): choose another "
                + "--out, so that verdicts of two kinds do not stand in one table"
        case .busy(let path): "\(path): another scan is writing it"
        case .file(let path, let reason): "\(path): \(reason)"
        }
    }
}
