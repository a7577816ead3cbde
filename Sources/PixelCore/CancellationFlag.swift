internal import Synchronization

/// Says whether work on an image should stop; asked between rows of large images and between steps.
///
/// Deliberately not a clock and not a task: kernels stay synchronous and free of global state.
package final class CancellationFlag: Sendable {
    private let raised = Atomic<Bool>(false)

    /// A flag that is not raised.
    package init() {}

    /// Asks the work to stop.
    package func raise() {
        raised.store(true, ordering: .relaxed)
    }

    /// True once `raise()` was called.
    package var isRaised: Bool {
        raised.load(ordering: .relaxed)
    }
}
