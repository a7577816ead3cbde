#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Reads one file line by line, holding one block and at most one line of it in memory.
struct LineStream {
    /// Longest line that is handed out whole. The writer makes none this long.
    static let longest = TailFile.longest + 4096
    private static let block = 256 << 10

    /// One line.
    struct Line {
        /// From 1.
        let number: Int
        /// Without the newline; only valid during the call. The first bytes alone when the line is too long.
        let bytes: UnsafeRawBufferPointer
        /// Bytes of the whole line without the newline.
        let length: Int
        /// False for what follows the last newline of the file.
        let isTerminated: Bool
        /// Where the line begins in the file.
        let offset: Int

        var isTooLong: Bool { length > LineStream.longest }
    }

    /// Calls `body` with every line from `offset` on until it returns false.
    static func read(
        _ path: String, from offset: Int = 0, _ body: (Line) throws(AuditError) -> Bool
    ) throws(AuditError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unreadable(path: path, errorNumber: Int(errno)) }
        defer { closeDescriptor(descriptor) }
        var state = State(lineOffset: offset)
        var position = offset
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: block, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let count = pread(descriptor, buffer.baseAddress, block, off_t(position))
            if count < 0 {
                if errno == EINTR { continue }
                throw .unreadable(path: path, errorNumber: Int(errno))
            }
            guard count > 0 else { break }
            position += count
            guard try state.consume(UnsafeRawBufferPointer(rebasing: buffer[..<count]), body) else { return }
        }
        try state.finish(body)
    }

    private struct State {
        /// The part of a line that earlier blocks held, cut at the longest line.
        var carry: [UInt8] = []
        var carryLength = 0
        var number = 1
        var lineOffset: Int

        mutating func consume(
            _ block: UnsafeRawBufferPointer, _ body: (Line) throws(AuditError) -> Bool
        ) throws(AuditError) -> Bool {
            var start = 0
            while let base = block.baseAddress, let found = memchr(base.advanced(by: start), 0x0A, block.count - start)
            {
                let end = base.distance(to: UnsafeRawPointer(found))
                let part = UnsafeRawBufferPointer(rebasing: block[start..<end])
                let continues: Bool
                if carryLength == 0 {
                    continues = try hand(part, part.count, isTerminated: true, body)
                } else {
                    keep(part)
                    continues = try handCarry(isTerminated: true, body)
                }
                guard continues else { return false }
                start = end + 1
                if start == block.count { return true }
            }
            keep(UnsafeRawBufferPointer(rebasing: block[start...]))
            return true
        }

        mutating func finish(_ body: (Line) throws(AuditError) -> Bool) throws(AuditError) {
            if carryLength > 0 { _ = try handCarry(isTerminated: false, body) }
        }

        private mutating func keep(_ part: UnsafeRawBufferPointer) {
            carryLength += part.count
            let room = LineStream.longest + 1 - carry.count
            if room > 0 { carry.append(contentsOf: part.prefix(room)) }
        }

        private mutating func handCarry(
            isTerminated: Bool, _ body: (Line) throws(AuditError) -> Bool
        ) throws(AuditError) -> Bool {
            // The bytes leave the state while `body` sees them, so that both can be used without a copy.
            let bytes = carry
            let length = carryLength
            carry = []
            carryLength = 0
            var result: Result<Bool, AuditError> = .success(true)
            bytes.withUnsafeBytes { pointer in
                do throws(AuditError) {
                    result = .success(try hand(pointer, length, isTerminated: isTerminated, body))
                } catch {
                    result = .failure(error)
                }
            }
            return try result.get()
        }

        private mutating func hand(
            _ bytes: UnsafeRawBufferPointer, _ length: Int, isTerminated: Bool,
            _ body: (Line) throws(AuditError) -> Bool
        ) throws(AuditError) -> Bool {
            let line = Line(
                number: number, bytes: bytes, length: length, isTerminated: isTerminated, offset: lineOffset)
            number += 1
            lineOffset += length + 1
            return try body(line)
        }
    }
}
