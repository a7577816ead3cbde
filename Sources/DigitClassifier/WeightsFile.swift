/// A layer as the weights file holds it, the weights as floats.
struct LayerWeights: Sendable {
    /// What a layer computes.
    enum Kind: UInt32, Sendable {
        /// A 3×3 convolution without padding.
        case convolution = 1
        /// Every output from every input.
        case dense = 2
    }

    let kind: Kind
    let outputs: Int
    let inputs: Int
    /// `max(0, x)` follows.
    let isRectified: Bool
    /// A 2×2 maximum pool follows.
    let isPooled: Bool
    /// One for each output.
    let biases: [Float]
    /// `[output][input][row][column]` of a convolution; `[input][output]` of a dense layer, the order its kernel reads.
    let weights: [Float]
}

/// Reads the weights file, whose layout scripts/make-digit-weights.py documents.
struct WeightsFile {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var offset = 0

    /// Reads all layers of `bytes`, a whole weights file.
    static func layers(of bytes: UnsafeBufferPointer<UInt8>) throws(DigitModelError) -> [LayerWeights] {
        var file = WeightsFile(bytes: bytes)
        let magic: [UInt8] = Array("PCDIGITS".utf8)
        guard bytes.count >= 48, magic.indices.allSatisfy({ bytes[$0] == magic[$0] }) else { throw .unknownFormat }
        file.offset = magic.count
        guard file.word() == 1 else { throw .unknownFormat }
        let count = Int(file.word())
        // The digest of the network that the weights come from is for people; nothing here depends on it.
        file.offset = 48
        var layers: [LayerWeights] = []
        for index in 0..<count {
            layers.append(try file.layer(index))
        }
        guard file.offset == bytes.count else { throw .trailingBytes(count: bytes.count - file.offset) }
        return layers
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    private mutating func layer(_ index: Int) throws(DigitModelError) -> LayerWeights {
        guard bytes.count - offset >= 16 else { throw .truncated(layer: index) }
        guard let kind = LayerWeights.Kind(rawValue: word()) else { throw .unexpectedLayer(layer: index) }
        let outputs = Int(word())
        let inputs = Int(word())
        let flags = word()
        // No layer of a digit network is near these sides; with them no product below can overflow.
        guard (1...65_536).contains(outputs), (1...65_536).contains(inputs) else {
            throw .unexpectedLayer(layer: index)
        }
        let taps = kind == .convolution ? 9 : 1
        let size = outputs * (8 + 2 * inputs * taps)
        guard bytes.count - offset >= size else { throw .truncated(layer: index) }
        let scales = (0..<outputs).map { _ in Float(bitPattern: word()) }
        let biases = (0..<outputs).map { _ in Float(bitPattern: word()) }
        return LayerWeights(
            kind: kind, outputs: outputs, inputs: inputs, isRectified: flags & 1 != 0, isPooled: flags & 2 != 0,
            biases: biases, weights: weights(kind: kind, rowCount: inputs * taps, scales: scales))
    }

    /// The weights that come next, an `Int16` times the scale of its row each.
    private mutating func weights(kind: LayerWeights.Kind, rowCount: Int, scales: [Float]) -> [Float] {
        var values = [Float](repeating: 0, count: rowCount * scales.count)
        // Plain indices and wrapping sums, all below the count just checked: a debug build reads 312,000 weights here.
        var row = 0
        var at = offset
        while row < scales.count {
            var column = 0
            while column < rowCount {
                let bits = UInt16(bytes[at]) | UInt16(bytes[at &+ 1]) &<< 8
                let target = kind == .convolution ? row &* rowCount &+ column : column &* scales.count &+ row
                values[target] = Float(Int16(bitPattern: bits)) * scales[row]
                at &+= 2
                column &+= 1
            }
            row &+= 1
        }
        offset = at
        return values
    }

    /// The little-endian word that comes next; the caller has checked that four bytes are left.
    private mutating func word() -> UInt32 {
        var value: UInt32 = 0
        for shift in 0..<4 {
            value |= UInt32(bytes[offset + shift]) << UInt32(8 * shift)
        }
        offset += 4
        return value
    }
}
