import Glibc

/// The descriptors that `pselect` waits for, which unlike `poll` counts its time-out in nanoseconds.
struct DescriptorSet {
    private var bits = fd_set()
    /// One more than the highest descriptor in the set.
    private(set) var bound: Int32 = 0

    /// Adds a descriptor below 1,024.
    mutating func insert(_ descriptor: Int32) {
        guard descriptor >= 0, descriptor < 1024 else { return }
        bound = max(bound, descriptor + 1)
        let (word, bit) = (Int(descriptor) / 64, UInt64(descriptor % 64))
        withUnsafeMutableBytes(of: &bits) { bytes in
            let words = bytes.bindMemory(to: UInt64.self)
            words[word] |= 1 << bit
        }
    }

    /// True when the descriptor is in the set.
    func contains(_ descriptor: Int32) -> Bool {
        guard descriptor >= 0, descriptor < 1024 else { return false }
        return withUnsafeBytes(of: bits) { bytes in
            bytes.bindMemory(to: UInt64.self)[Int(descriptor) / 64] & 1 << UInt64(descriptor % 64) != 0
        }
    }

    /// Waits until a descriptor of `readable` can be read or one of `writable` written, or the time is up; leaves those.
    static func wait(_ readable: inout DescriptorSet, _ writable: inout DescriptorSet, nanoseconds: UInt64) throws {
        var timeout = timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
        let count = pselect(max(readable.bound, writable.bound), &readable.bits, &writable.bits, nil, &timeout, nil)
        if count < 0 {
            guard errno == EINTR else { throw LoadError.system("pselect", errno) }
            readable = DescriptorSet()
            writable = DescriptorSet()
        }
    }
}
