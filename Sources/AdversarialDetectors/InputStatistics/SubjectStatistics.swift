package import PixelCore
package import PixelKernels
internal import Synchronization

/// Numbers of one image that several detectors read: computed at the first question, once, whoever asks.
package final class SubjectStatistics: Sendable {
    private let image: Image
    private let residualMemo = Mutex<ResidualFeatures??>(nil)
    private let inkMemo = Mutex<InkLevels??>(nil)

    /// Nothing is computed yet.
    package init(of image: Image) {
        self.image = image
    }

    /// The residual features; nil for an image below 12 pixels on a side.
    package var residual: ResidualFeatures? {
        Self.recall(residualMemo) { ResidualFeatures(of: image) }
    }

    /// The levels of black and white and what is between; nil for an image that shows no ink: a photograph, or one below 8
    /// pixels on a side.
    package var ink: InkLevels? {
        let shape = image.shape
        guard min(shape.width, shape.height) >= InkKind.smallestSide else { return nil }
        return Self.recall(inkMemo) { InkLevels(of: image, mostFar: InkKind.mostFar(of: shape.pixelCount)) }
    }

    private static func recall<Value>(_ memo: borrowing Mutex<Value??>, _ compute: () -> Value?) -> Value? {
        memo.withLock { memo in
            if let known = memo { return known }
            let value = compute()
            memo = .some(value)
            return value
        }
    }
}
