/// Why the network's weights cannot be used.
package enum DigitModelError: Error, Hashable, Sendable {
    /// The bytes do not start as a weights file of this version does.
    case unknownFormat
    /// The bytes end before what the layer at `layer` announces.
    case truncated(layer: Int)
    /// The layer at `layer` is not the one this network has in that place.
    case unexpectedLayer(layer: Int)
    /// Bytes are left over after the last layer.
    case trailingBytes(count: Int)
}
