import Foundation
import Synchronization

@testable import AuditTrail

/// System calls that fail on demand.
final class FailingDisk: Sendable {
    struct Faults {
        /// errno of every write; 0 for none.
        var write = 0
        /// errno of every sync; 0 for none.
        var sync = 0
        /// errno of every sync of a folder; 0 for none.
        var syncFolder = 0
        /// errno of every truncation; 0 for none.
        var truncate = 0
        /// Bytes that a write takes before it fails.
        var room = Int.max
        /// Most bytes that one write takes.
        var stride = Int.max
    }

    private let faults = Mutex(Faults())
    private let gate = DispatchSemaphore(value: 0)
    private let isGated = Mutex(false)
    /// Inodes of the files that were synced with success, in order.
    let synced = Mutex<[UInt64]>([])
    let hasArrived = DispatchSemaphore(value: 0)

    func set(_ change: (inout Faults) -> Void) {
        faults.withLock { change(&$0) }
    }

    /// The next writes wait until `openGate`.
    func closeGate() { isGated.withLock { $0 = true } }

    func openGate() {
        isGated.withLock { $0 = false }
        gate.signal()
    }

    var calls: FileCalls {
        FileCalls(
            write: { descriptor, bytes in
                if self.isGated.withLock({ $0 }) {
                    self.hasArrived.signal()
                    self.gate.wait()
                }
                let (failure, count) = self.faults.withLock { faults -> (Int, Int) in
                    if faults.write != 0, faults.room == 0 || faults.room == .max { return (faults.write, 0) }
                    let count = min(bytes.count, faults.stride, faults.room)
                    if faults.room != .max { faults.room -= count }
                    return (0, count)
                }
                guard failure == 0 else { return -failure }
                return FileCalls.system.write(descriptor, UnsafeRawBufferPointer(rebasing: bytes[..<count]))
            },
            sync: { descriptor in
                let failure = self.faults.withLock { $0.sync }
                guard failure == 0 else { return -failure }
                var status = stat()
                if fstat(descriptor, &status) == 0 {
                    let inode = UInt64(status.st_ino)
                    self.synced.withLock { $0.append(inode) }
                }
                return FileCalls.system.sync(descriptor)
            },
            syncFolder: { descriptor in
                let failure = self.faults.withLock { $0.syncFolder }
                return failure == 0 ? FileCalls.system.syncFolder(descriptor) : -failure
            },
            truncate: { descriptor, length in
                let failure = self.faults.withLock { $0.truncate }
                return failure == 0 ? FileCalls.system.truncate(descriptor, length) : -failure
            })
    }
}
