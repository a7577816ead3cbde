import Foundation
import Testing

@testable import AuditTrail

@Suite("AuditVerifier")
struct AuditVerifierTests {
    private func store(_ lines: [[UInt8]], in log: TemporaryLog) throws {
        try log.replace(try log.files[0], Array(lines.joined(separator: [0x0A])) + [0x0A])
    }

    @Test("an edit of any byte is found at its line")
    func everyByte() async throws {
        let log = TemporaryLog()
        try await log.write(3)
        let name = try log.files[0]
        let bytes = try log.bytes(name)
        var number = 1
        for position in bytes.indices {
            for change: UInt8 in [0x01, 0x20, 0x80] {
                var edited = bytes
                edited[position] ^= change
                try log.replace(name, edited)
                let fault = try AuditVerifier.verify(log.directory).fault
                #expect(fault?.line == number, "byte \(position) of line \(number): \(String(describing: fault))")
            }
            if bytes[position] == 0x0A { number += 1 }
        }
        #expect(number == 6)
    }

    @Test("a removed line is found where it is missing", arguments: 0..<12)
    func removed(index: Int) async throws {
        let log = TemporaryLog()
        try await log.write(10)
        var lines = try log.lines()
        lines.remove(at: index)
        try store(lines, in: log)
        let result = try AuditVerifier.verify(log.directory)
        switch index {
        case 0:
            #expect(result.fault?.kind == .gap(found: 2))
            #expect(result.fault?.line == 1)
            #expect(result.fault?.sequence == 1)
        case 11:
            #expect(result.fault?.kind == .cutOff(lastDurable: 12))
            #expect(result.fault?.line == 11)
        default:
            #expect(result.fault?.kind == .gap(found: index + 2))
            #expect(result.fault?.line == index + 1)
            #expect(result.fault?.sequence == index + 1)
        }
    }

    @Test("a repeated line is found", arguments: 0..<12)
    func repeated(index: Int) async throws {
        let log = TemporaryLog()
        try await log.write(10)
        var lines = try log.lines()
        lines.insert(lines[index], at: index)
        try store(lines, in: log)
        let fault = try AuditVerifier.verify(log.directory).fault
        #expect(fault?.kind == .repeated(found: index + 1))
        #expect(fault?.line == index + 2)
    }

    @Test("lines that changed places are found", arguments: 1..<11)
    func swapped(index: Int) async throws {
        let log = TemporaryLog()
        try await log.write(10)
        var lines = try log.lines()
        lines.swapAt(index, index + 1)
        try store(lines, in: log)
        let fault = try AuditVerifier.verify(log.directory).fault
        #expect(fault?.kind == .gap(found: index + 2))
        #expect(fault?.line == index + 1)
    }

    @Test("a line with its number corrected is found by its link")
    func renumbered() async throws {
        let log = TemporaryLog()
        try await log.write(10)
        var lines = try log.lines()
        lines.remove(at: 5)
        for index in 5..<lines.count {
            let text = String(decoding: lines[index], as: UTF8.self)
            lines[index] = Array(text.replacing("\"seq\":\(index + 2),", with: "\"seq\":\(index + 1),").utf8)
        }
        try store(lines, in: log)
        #expect(try AuditVerifier.verify(log.directory).fault?.line == 6)
    }

    @Test("a cut at any byte is found")
    func truncated() async throws {
        let log = TemporaryLog()
        try await log.write(2)
        let name = try log.files[0]
        let bytes = try log.bytes(name)
        for end in 0..<bytes.count {
            try log.replace(name, Array(bytes[..<end]))
            let kind = try AuditVerifier.verify(log.directory).fault?.kind
            let isWhole = end == 0 || bytes[end - 1] == 0x0A
            let since = bytes[..<end].lastIndex(of: 0x0A).map { end - $0 - 1 } ?? end
            #expect(kind == (isWhole ? .cutOff(lastDurable: 4) : .tornTail(bytes: since)), "cut at \(end)")
        }
    }

    @Test("lines after the head are no fault, and are said to be unproven")
    func afterHead() async throws {
        let log = TemporaryLog()
        let writer = try AuditWriter.open(log.configuration())
        let head = try log.bytes("audit.head")
        await writer.close()
        try log.replace("audit.head", head)
        let result = try AuditVerifier.verify(log.directory)
        #expect(result.fault == nil)
        #expect(result.notes.count == 1)
        #expect(result.headSequence == 1)
    }

    @Test("a missing file in the middle is found in the file after it")
    func missingFile() async throws {
        let log = TemporaryLog()
        try await log.write(100, log.configuration(rotateBytes: 8192))
        let names = try log.files
        try log.remove(names[2])
        let fault = try AuditVerifier.verify(log.directory).fault
        #expect(fault?.file == log.directory + "/" + names[3])
        #expect(fault?.line == 1)
    }

    @Test("lines removed from the front of a file are found, in a folder and in a file given singly", arguments: 1...11)
    func beheaded(count: Int) async throws {
        let log = TemporaryLog()
        try await log.write(10)
        try store(Array(try log.lines().dropFirst(count)), in: log)
        let name = try log.files[0]
        for path in [log.directory, log.directory + "/" + name] {
            let result = try AuditVerifier.verify(path)
            #expect(result.fault?.kind == .gap(found: count + 1))
            #expect(result.fault?.line == 1)
            #expect(result.lastSequence == nil)
        }
    }

    @Test("files removed from the front are no fault, and it is said where the log begins")
    func retention() async throws {
        let log = TemporaryLog()
        try await log.write(100, log.configuration(rotateBytes: 8192))
        let names = try log.files
        try log.remove(names[0])
        try log.remove(names[1])
        let first = try #require(LogFiles.firstSequence(of: names[2]))
        let result = try AuditVerifier.verify(log.directory)
        #expect(result.fault == nil)
        #expect(result.notes == ["the log begins at seq \(first): what came before is not here"])
    }

    @Test("after files were removed from the front, lines removed from the front of the first that is left are found")
    func beheadedLater() async throws {
        let log = TemporaryLog()
        try await log.write(100, log.configuration(rotateBytes: 8192))
        let names = try log.files
        try log.remove(names[0])
        let first = try #require(LogFiles.firstSequence(of: names[1]))
        let lines = TemporaryLog.lines(try log.bytes(names[1]))
        try log.replace(names[1], Array(lines.dropFirst(3).joined(separator: [0x0A])) + [0x0A])
        #expect(try AuditVerifier.verify(log.directory).fault?.kind == .gap(found: first + 3))
        try log.replace(names[1], [])
        #expect(try AuditVerifier.verify(log.directory).fault?.sequence == first)
    }

    @Test("a file under another number's name is found")
    func renamed() async throws {
        let log = TemporaryLog()
        try await log.write(3)
        let name = try log.files[0]
        try log.replace(LogFiles.name(firstSequence: 2), try log.bytes(name))
        try log.remove(name)
        #expect(try AuditVerifier.verify(log.directory).fault?.kind == .repeated(found: 1))
    }

    @Test("no line is called whole that no later line or head bears witness to", arguments: 2...9)
    func wholeBefore(edited: Int) async throws {
        let log = TemporaryLog()
        try await log.write(10)
        var lines = try log.lines()
        let text = String(decoding: lines[edited - 1], as: UTF8.self)
        lines[edited - 1] = Array(text.replacing("198.51.100.7", with: "198.51.100.8").utf8)
        try store(lines, in: log)
        let altered = try AuditVerifier.verify(log.directory)
        #expect(altered.fault?.kind == .altered)
        #expect(altered.fault?.sequence == edited)
        #expect(altered.lastSequence == edited - 1)
        // A line that cannot be read follows the edited one, at once or after one more: it does not hide the edit.
        for distance in 0...1 {
            var damaged = lines
            damaged[edited + distance] = Array("{}".utf8)
            try store(damaged, in: log)
            let result = try AuditVerifier.verify(log.directory)
            #expect(result.fault?.kind == (distance == 0 ? .notARecord : .altered))
            #expect(result.lastSequence == edited - 1)
        }
    }

    @Test("when the first line was edited no line is called whole")
    func firstEdited() async throws {
        let log = TemporaryLog()
        try await log.write(3)
        var lines = try log.lines()
        lines[0] = Array(String(decoding: lines[0], as: UTF8.self).replacing("pc-test", with: "pc-tesT").utf8)
        try store(lines, in: log)
        let result = try AuditVerifier.verify(log.directory)
        #expect(result.fault?.kind == .altered)
        #expect(result.fault?.line == 1)
        #expect(result.lastSequence == nil)
    }

    @Test("a folder whose head is gone is not whole, whether or not its end was cut off", arguments: [0, 1, 9])
    func headRemoved(cut: Int) async throws {
        let log = TemporaryLog()
        try await log.write(10)
        try store(Array(try log.lines().dropLast(cut)), in: log)
        try log.remove("audit.head")
        let result = try AuditVerifier.verify(log.directory)
        #expect(result.fault?.kind == .headMissing)
        #expect(result.fault?.file == log.directory + "/audit.head")
        #expect(try AuditVerifier.verify(log.directory + "/" + log.files[0]).fault == nil)
    }

    @Test("a folder without one record is not whole, and the fault names where records should be")
    func emptied() async throws {
        let log = TemporaryLog()
        try await log.write(3)
        let name = try log.files[0]
        try log.replace(name, [])
        let cut = try AuditVerifier.verify(log.directory)
        #expect(cut.fault?.kind == .cutOff(lastDurable: 5))
        #expect(cut.fault?.file == log.directory + "/" + name)
        try log.remove("audit.head")
        let empty = try AuditVerifier.verify(log.directory)
        #expect(empty.fault?.kind == .noRecords)
        #expect(empty.fault?.file == log.directory + "/" + name)
        try log.remove(name)
        let bare = try AuditVerifier.verify(log.directory)
        #expect(bare.fault?.kind == .noRecords)
        #expect(bare.fault?.file == log.directory)
    }

    @Test("when the head alone is left the fault names the folder")
    func headAlone() async throws {
        let log = TemporaryLog()
        try await log.write(3)
        try log.remove(try log.files[0])
        let result = try AuditVerifier.verify(log.directory)
        #expect(result.fault?.kind == .cutOff(lastDurable: 5))
        #expect(result.fault?.file == log.directory)
    }

    @Test("single files and lists of files are verified too")
    func files() async throws {
        let log = TemporaryLog()
        try await log.write(100, log.configuration(rotateBytes: 8192))
        let paths = try log.files.map { log.directory + "/" + $0 }
        #expect(try AuditVerifier.verify(paths[1]).fault == nil)
        #expect(try AuditVerifier.verify(paths[1]).firstSequence != 1)
        #expect(try AuditVerifier.verify(files: paths).fault == nil)
        #expect(try AuditVerifier.verify(files: paths.reversed()).fault != nil)
    }

    @Test("a file that begins with a false first line is found")
    func falseBeginning() async throws {
        let log = TemporaryLog()
        try await log.write(1)
        var lines = try log.lines()
        let zeros = String(repeating: "0", count: 64)
        lines[0] = Array(
            String(decoding: lines[0], as: UTF8.self).replacing(zeros, with: String(repeating: "1", count: 64)).utf8)
        try store(lines, in: log)
        #expect(try AuditVerifier.verify(log.directory).fault?.kind == .falseBeginning)
    }

    @Test("what is no record is found", arguments: ["", "{}", "[1]", "\u{0}", String(repeating: "x", count: 300)])
    func noRecord(text: String) async throws {
        let log = TemporaryLog()
        try await log.write(4)
        var lines = try log.lines()
        lines[3] = Array(text.utf8)
        try store(lines, in: log)
        let fault = try AuditVerifier.verify(log.directory).fault
        #expect(fault?.kind == .notARecord)
        #expect(fault?.line == 4)
    }

    @Test("a line of megabytes is found and not held")
    func longLine() async throws {
        let log = TemporaryLog()
        try await log.write(4)
        var lines = try log.lines()
        lines[2] = [UInt8](repeating: 0x7B, count: 5 << 20)
        try store(lines, in: log)
        let fault = try AuditVerifier.verify(log.directory).fault
        #expect(fault?.kind == .tooLong(bytes: 5 << 20))
        #expect(fault?.line == 3)
    }

    @Test("strict verification refuses a chain over lines that are not canonical")
    func strict() async throws {
        let log = TemporaryLog()
        try await log.write(1)
        // A writer of somebody else's that links correctly but does not write canonically.
        var previous = ChainLink.genesis
        var lines: [[UInt8]] = []
        for line in try log.lines() {
            let heading = try #require(line.withUnsafeBytes { LineHeading($0) })
            let old = String(decoding: heading.previous, as: UTF8.self)
            let text = String(decoding: line, as: UTF8.self)
                .replacing(old, with: String(decoding: previous, as: UTF8.self))
                .replacing("\"kind\":", with: "\"kind\": ")
            lines.append(Array(text.utf8))
            previous = ChainLink.hash(of: Array(text.utf8))
        }
        try store(lines, in: log)
        try log.replace("audit.head", LogHead(sequence: 3, hash: previous).bytes())
        #expect(try AuditVerifier.verify(log.directory).fault == nil)
        #expect(try AuditVerifier.verify(log.directory, isStrict: true).fault?.kind == .notCanonical)
    }

    @Test("a log that is not there is an error")
    func absent() {
        #expect(throws: AuditError.unreadable(path: "/nowhere/audit", errorNumber: Int(ENOENT))) {
            try AuditVerifier.verify("/nowhere/audit")
        }
    }
}
