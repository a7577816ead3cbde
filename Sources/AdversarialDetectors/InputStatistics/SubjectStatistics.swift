package import PixelCore
package import PixelKernels
internal import Synchronization

/// Numbers of one image that several detectors read: computed at the first question, once, whoever asks.
package final class SubjectStatistics: Sendable {
    private let image: Image
    private let residualMemo = Mutex<ResidualFeatures??>(nil)

    /// Nothing is computed yet.
    package init(of image: Image) {
        self.image = image
    }

    /// The residual features; nil for an image below 12 pixels on a side.
    package var residual: ResidualFeatures? {
        residualMemo.withLock { memo in
            if let known = memo { return known }
            let features = ResidualFeatures(of: image)
            memo = .some(features)
            return features
        }
    }
}
