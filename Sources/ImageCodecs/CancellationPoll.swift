internal import CImageShim
internal import PixelCore

/// Lets the C shim ask a cancellation flag while a long call runs.
enum CancellationPoll {
    /// Non-zero once the flag behind `context` is raised.
    static let ask: pc_poll = { context in
        guard let context = unsafe context else { return 0 }
        return unsafe Unmanaged<CancellationFlag>.fromOpaque(context).takeUnretainedValue().isRaised ? 1 : 0
    }

    /// What `ask` is given. The flag must outlive the calls.
    static func context(_ flag: CancellationFlag) -> UnsafeRawPointer {
        unsafe UnsafeRawPointer(Unmanaged.passUnretained(flag).toOpaque())
    }
}
