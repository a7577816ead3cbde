internal import CPixelKernels
package import PixelCore

/// Many words of a random stream at once.
package enum RandomWords {
    /// Fills `words` with what as many calls of `nextWord` would give, by vector instructions.
    package static func fill(_ words: inout MutableSpan<UInt32>, from generator: inout ChaChaGenerator) {
        generator.fill(&words) { state, target in
            let groups = target.count / 128
            var key = state.key
            var keySpan = key.mutableSpan
            unsafe keySpan.withUnsafeMutableBufferPointer { key in
                unsafe target.withUnsafeMutableBufferPointer { target in
                    guard let key = key.baseAddress, let to = target.baseAddress else { return }
                    unsafe pk_chacha_blocks(key, state.counter, state.stream, to, groups)
                }
            }
        }
    }
}
