/// Checks that a log is what its writer wrote, line by line, in bounded memory.
///
/// Shows: an edited byte, a removed, repeated or moved line, a file that does not begin where its name says, a missing
/// file in the middle, an end that was cut off after the writer made it durable; of a folder also that the head or every
/// record is gone. Does not show: a log replaced whole by somebody who recomputed its hashes and its head, whole files
/// removed from the front, or lines cut off after the head was last moved; for that a signature or a copy elsewhere is
/// needed.
package struct AuditVerifier {
    private let isStrict: Bool
    private var result = AuditVerification()
    private var previous: (place: Place, heading: LineHeading, hash: [UInt8])?
    /// A line that does not name its predecessor; the line after it tells which of the two was altered.
    private var suspect: (altered: Place, unlinked: Place)?
    private var head: LogHead?
    /// The folder that is checked; nil for single files, which have no head.
    private var directory: String?
    /// What the name of the first file promises for its first line.
    private var opening: Int?
    /// The last line that the line after it, or the head, bears witness to.
    private var witnessed: Int?

    private struct Place {
        let file: String
        let line: Int
        let sequence: Int?

        func fault(_ kind: AuditFault.Kind) -> AuditFault {
            AuditFault(file: file, line: line, sequence: sequence, kind: kind)
        }
    }

    private init(isStrict: Bool) { self.isStrict = isStrict }

    /// Checks the log at `path`: a folder with its rotated files and its head, or one file of it.
    ///
    /// `isStrict` parses every line again and holds it to the canonical form. Throws when a file cannot be read.
    package static func verify(_ path: String, isStrict: Bool = false) throws(AuditError) -> AuditVerification {
        let paths = try LogFiles.paths(at: path)
        var verifier = AuditVerifier(isStrict: isStrict)
        if paths != [path] {
            verifier.directory = path
            verifier.readHead(path)
        }
        try verifier.read(paths)
        return verifier.result
    }

    /// Checks these files, in this order, as one log without a head.
    package static func verify(files: [String], isStrict: Bool = false) throws(AuditError) -> AuditVerification {
        var verifier = AuditVerifier(isStrict: isStrict)
        try verifier.read(files)
        return verifier.result
    }

    private mutating func readHead(_ directory: String) {
        switch LogHead.read(in: directory) {
        case .missing:
            break
        case .unreadable:
            result.fault = AuditFault(
                file: directory + "/" + LogFiles.head, line: 0, sequence: nil, kind: .headUnreadable)
        case .found(let head):
            self.head = head
            result.headSequence = head.sequence
        }
    }

    private mutating func read(_ paths: [String]) throws(AuditError) {
        for path in paths where result.fault == nil {
            result.files += 1
            opening = opening ?? LogFiles.firstSequence(of: path)
            try LineStream.read(path) { line throws(AuditError) in
                check(line, in: path)
                return result.fault == nil
            }
        }
        finish(paths.last)
    }

    private mutating func check(_ line: LineStream.Line, in path: String) {
        let due = previous.map { $0.heading.sequence + 1 } ?? opening
        let place = Place(file: path, line: line.number, sequence: due)
        guard line.isTerminated else { return fail(place.fault(.tornTail(bytes: line.length))) }
        guard !line.isTooLong else { return fail(place.fault(.tooLong(bytes: line.length))) }
        guard let heading = LineHeading(line.bytes) else { return fail(place.fault(.notARecord)) }
        let hash = ChainLink.hash(of: line.bytes)
        settleSuspect(namedNext: heading.previous)
        guard result.fault == nil else { return }
        let named = line.number == 1 ? LogFiles.firstSequence(of: path) : nil
        for expected in [due, named] {
            guard let expected, heading.sequence != expected else { continue }
            let kind: AuditFault.Kind =
                heading.sequence > expected ? .gap(found: heading.sequence) : .repeated(found: heading.sequence)
            return fail(Place(file: path, line: line.number, sequence: expected).fault(kind))
        }
        let here = Place(file: path, line: line.number, sequence: heading.sequence)
        begin(heading, here)
        if let previous {
            if heading.previous == previous.hash {
                witnessed = previous.heading.sequence
            } else {
                suspect = (previous.place, here)
            }
        }
        checkHead(heading, hash, here)
        if isStrict { checkForm(line, heading, here) }
        guard result.fault == nil else { return }
        previous = (here, heading, hash)
        result.lines += 1
        result.bytes += line.length + 1
        if suspect == nil { result.lastSequence = heading.sequence }
    }

    private mutating func begin(_ heading: LineHeading, _ here: Place) {
        guard result.firstSequence == nil else { return }
        result.firstSequence = heading.sequence
        if heading.sequence == 1 {
            if heading.previous != ChainLink.genesis { fail(here.fault(.falseBeginning)) }
        } else {
            result.notes.append("the log begins at seq \(heading.sequence): what came before is not here")
        }
    }

    /// The line after a suspect one names its hash when that line is as it was written: then the one before was altered.
    private mutating func settleSuspect(namedNext: [UInt8]) {
        guard let suspect, let previous else { return }
        fail(namedNext == previous.hash ? suspect.altered.fault(.altered) : suspect.unlinked.fault(.unlinked))
    }

    private mutating func checkHead(_ heading: LineHeading, _ hash: [UInt8], _ here: Place) {
        guard let head, heading.sequence == head.sequence else { return }
        if let suspect {
            fail(hash == head.hash ? suspect.altered.fault(.altered) : suspect.unlinked.fault(.unlinked))
        } else if hash != head.hash {
            fail(here.fault(.altered))
        } else {
            witnessed = head.sequence
        }
    }

    private mutating func checkForm(_ line: LineStream.Line, _ heading: LineHeading, _ here: Place) {
        let bytes = Array(line.bytes)
        guard let value = try? JSONParser.parse(bytes), value.canonicalBytes() == bytes,
            let entry = AuditEntry(value), entry.sequence == heading.sequence,
            value["prev"]?.string == String(decoding: heading.previous, as: UTF8.self)
        else { return fail(here.fault(.notCanonical)) }
        if let previous, heading.time.lexicographicallyPrecedes(previous.heading.time) {
            fail(here.fault(.timeStepsBack))
        }
    }

    private mutating func finish(_ lastFile: String?) {
        guard result.fault == nil else { return }
        if let suspect {
            // Nothing after it bears witness; most often the earlier of the two is the edited one.
            return fail(suspect.altered.fault(.altered))
        }
        guard let head else {
            if let directory { failWithoutHead(directory, lastFile) }
            return
        }
        let last = result.lastSequence ?? 0
        if last < head.sequence {
            let place = Place(
                file: previous?.place.file ?? lastFile ?? directory ?? "", line: previous?.place.line ?? 0,
                sequence: last)
            fail(place.fault(.cutOff(lastDurable: head.sequence)))
        } else if last > head.sequence {
            result.notes.append(
                "\(last - head.sequence) lines follow the last one known to be durable (seq \(head.sequence)): "
                    + "if some were cut off, that does not show")
        }
    }

    private mutating func failWithoutHead(_ directory: String, _ lastFile: String?) {
        if result.lastSequence == nil {
            fail(Place(file: lastFile ?? directory, line: 0, sequence: nil).fault(.noRecords))
        } else {
            fail(Place(file: directory + "/" + LogFiles.head, line: 0, sequence: nil).fault(.headMissing))
        }
    }

    /// Keeps the first fault. A line that is still suspect comes before a fault of the line after it.
    private mutating func fail(_ fault: AuditFault) {
        guard result.fault == nil else { return }
        var first = fault
        if let suspect, ![suspect.altered.sequence, suspect.unlinked.sequence].contains(fault.sequence) {
            first = suspect.altered.fault(.altered)
        }
        result.fault = first
        result.lastSequence = witnessed
    }
}
