#if canImport(Glibc)
    internal import Glibc
#endif

/// Makes large buffers go back to the system when they are freed.
enum MemoryReturn {
    /// Buffers of at least this many bytes get pages of their own.
    private static let thresholdBytes: CInt = 1 << 20

    /// Fixes the size above which glibc maps pages instead of growing its heap.
    ///
    /// Left alone, glibc raises that size to that of the largest buffer freed, up to 32 MiB. Bodies and decoded images
    /// then live on the heap, where one small survivor keeps everything below it resident: after a burst of 10 MB
    /// uploads a gigabyte stays. Setting the value, whatever it is, switches the raising off.
    static func apply() {
        #if canImport(Glibc)
            // `malloc.h` is not part of Swift's Glibc module, so the function is looked up by name.
            guard let symbol = dlsym(nil, "mallopt") else { return }
            let mallopt = unsafeBitCast(symbol, to: (@convention(c) (CInt, CInt) -> CInt).self)
            _ = mallopt(mapThreshold, thresholdBytes)
            _ = mallopt(trimThreshold, 4 * thresholdBytes)
        #endif
    }

    // M_MMAP_THRESHOLD and M_TRIM_THRESHOLD of malloc.h.
    private static let mapThreshold: CInt = -3
    private static let trimThreshold: CInt = -1
}
