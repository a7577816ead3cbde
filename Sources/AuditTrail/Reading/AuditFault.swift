/// The first thing that is wrong with a log.
package struct AuditFault: Hashable, Sendable, CustomStringConvertible {
    /// The file, as its path was given.
    package let file: String
    /// From 1; 0 when the fault is no line's.
    package let line: Int
    /// The sequence number that the line should have; nil when it is not known.
    package let sequence: Int?
    /// What is wrong.
    package let kind: Kind

    /// What can be wrong with a line or a log.
    package enum Kind: Hashable, Sendable {
        /// No record: something else, or a record that was damaged.
        case notARecord
        /// Longer than any record.
        case tooLong(bytes: Int)
        /// What follows the last newline: a write that was cut short. The writer moves it aside when it starts.
        case tornTail(bytes: Int)
        /// The line has a larger number than is due: lines before it are missing, or it was moved.
        case gap(found: Int)
        /// The line has a smaller number than is due: it is a copy, or was moved.
        case repeated(found: Int)
        /// The line's bytes are not those that the line after it, or the head, was made for.
        case altered
        /// The line does not name the line before it.
        case unlinked
        /// The first line of the log does not begin a chain.
        case falseBeginning
        /// The writer made more lines durable than are here: the end was cut off.
        case cutOff(lastDurable: Int)
        /// The file beside the log that names its last line cannot be understood.
        case headUnreadable
        /// There are records and no file beside them that names the last: an end that was cut off would not show.
        case headMissing
        /// A folder without one record. A writer's first act is to write one.
        case noRecords
        /// Not in canonical form, or a member is missing or has the wrong type (strict verification alone).
        case notCanonical
        /// Earlier than the line before (strict verification alone).
        case timeStepsBack
    }

    /// One sentence: where, and what.
    package var description: String {
        let place = line > 0 ? "\(file):\(line)" : file
        let due = sequence.map { " (seq \($0))" } ?? ""
        return "\(place)\(due): \(explanation)"
    }

    private var explanation: String {
        switch kind {
        case .notARecord: "this is not a record, or it was damaged"
        case .tooLong(let bytes): "a line of \(bytes) bytes is no record"
        case .tornTail(let bytes): "\(bytes) bytes after the last line: a write was cut short"
        case .gap(let found): "seq \(found) stands here: lines before it are missing, or it was moved"
        case .repeated(let found): "seq \(found) stands here: it is a copy, or was moved"
        case .altered: "this line was altered: its hash is not the one that was recorded after it"
        case .unlinked: "this line does not name the line before it: one of the two was altered or replaced"
        case .falseBeginning: "seq 1 must begin the chain, but names a line before it"
        case .cutOff(let last): "the log ends here, but seq \(last) had been written: the end was cut off"
        case .headUnreadable: "the file that names the last line cannot be understood"
        case .headMissing: "this file is missing: it names the last line, so an end that was cut off would not show"
        case .noRecords: "there is no record here, and a writer begins with one"
        case .notCanonical: "not in the canonical form of a record"
        case .timeStepsBack: "earlier than the line before"
        }
    }
}

/// What verifying found.
package struct AuditVerification: Hashable, Sendable {
    /// Files read.
    package var files = 0
    /// Lines read up to the first fault, or all.
    package var lines = 0
    /// Bytes of those lines with their newlines.
    package var bytes = 0
    /// Sequence number of the first line; nil when there is none.
    package var firstSequence: Int?
    /// Sequence number of the last line; when there is a fault, of the last line before it that the line after it, or
    /// the head, bears witness to. Nil when there is none.
    package var lastSequence: Int?
    /// Sequence number that the head names; nil when there is no head.
    package var headSequence: Int?
    /// The first fault; nil when all is well.
    package var fault: AuditFault?
    /// What is not wrong but limits what was shown: earlier files absent, lines after the head.
    package var notes: [String] = []

    /// True when no fault was found.
    package var isIntact: Bool { fault == nil }
}
