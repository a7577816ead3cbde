/// Comma-separated values as RFC 4180 describes them, with `\n` beside `\r\n` and a byte order mark allowed.
struct CSVReader {
    /// One record: the line on which it begins, from 1, and its fields.
    struct Record: Hashable {
        let line: Int
        let fields: [String]
    }

    private let bytes: [UInt8]
    private let origin: String
    private var position = 0
    private var line = 1

    /// All records of `bytes`; empty lines are none. `origin` names the file in errors.
    static func records(_ bytes: [UInt8], origin: String) throws(ManifestError) -> [Record] {
        var reader = CSVReader(bytes: bytes, origin: origin)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { reader.position = 3 }
        var records: [Record] = []
        while reader.position < bytes.count {
            if let record = try reader.record() { records.append(record) }
        }
        return records
    }

    private init(bytes: [UInt8], origin: String) {
        self.bytes = bytes
        self.origin = origin
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func record() throws(ManifestError) -> Record? {
        let first = line
        if endLine() { return nil }
        var fields: [String] = []
        while true {
            fields.append(next == UInt8(ascii: "\"") ? try quoted() : try plain())
            if next == UInt8(ascii: ",") {
                position += 1
            } else if next == nil || endLine() {
                return Record(line: first, fields: fields)
            } else {
                throw .badQuote(origin: origin, line: line)
            }
        }
    }

    /// Passes over one line ending, if one is here.
    private mutating func endLine() -> Bool {
        if next == 0x0D, position + 1 < bytes.count, bytes[position + 1] == 0x0A { position += 1 }
        guard next == 0x0A else { return false }
        position += 1
        line += 1
        return true
    }

    private mutating func plain() throws(ManifestError) -> String {
        let start = position
        while let byte = next, byte != UInt8(ascii: ","), byte != 0x0A {
            if byte == UInt8(ascii: "\"") { throw .badQuote(origin: origin, line: line) }
            if byte == 0x0D, position + 1 == bytes.count || bytes[position + 1] == 0x0A { break }
            position += 1
        }
        let field = bytes[start..<position]
        if next == 0x0D, position + 1 == bytes.count { position += 1 }
        return try text(field)
    }

    private mutating func quoted() throws(ManifestError) -> String {
        let first = line
        position += 1
        var field: [UInt8] = []
        while let byte = next {
            position += 1
            if byte == UInt8(ascii: "\"") {
                guard next == UInt8(ascii: "\"") else { return try text(field[...]) }
                position += 1
            } else if byte == 0x0A {
                line += 1
            }
            field.append(byte)
        }
        throw .badQuote(origin: origin, line: first)
    }

    private func text(_ field: ArraySlice<UInt8>) throws(ManifestError) -> String {
        guard let text = String(validating: field, as: UTF8.self) else { throw .notUTF8(origin: origin, line: line) }
        return text
    }
}
