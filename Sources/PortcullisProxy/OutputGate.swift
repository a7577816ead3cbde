internal import NIOCore

/// Holds an answer back until its audit record is on the disk, for sinks that acknowledge later.
struct OutputGate {
    /// What follows once the answer is out.
    enum Finish {
        case next
        case close
    }

    /// True while a record is on its way.
    private(set) var isClosed = false
    private var held = ByteBuffer()
    /// Set when the answer is complete and only waits.
    var finish: Finish?

    /// A record was handed over.
    mutating func close() {
        isClosed = true
        finish = nil
    }

    /// Keeps bytes of the answer.
    mutating func hold(_ bytes: ByteBuffer) {
        held.writeImmutableBuffer(bytes)
    }

    /// The record is safe, or lost: gives back what was held.
    mutating func open() -> ByteBuffer {
        isClosed = false
        defer { held = ByteBuffer() }
        return held
    }
}
