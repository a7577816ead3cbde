import CEmbeddedFiles

/// The digit network that the demo guards: a convolutional network for 28×28 digits, white ink on black.
///
/// Four 3×3 convolutions (32, 32, 64, 64 planes) with a pool after the second and the fourth, then dense layers of 200,
/// 200 and 10. It is the MNIST network of N. Carlini and D. Wagner, "Towards Evaluating the Robustness of Neural
/// Networks", IEEE S&P 2017, table 1, which most work on detecting attacks has measured itself with. 10 million
/// multiplications a digit. Weights are quantized to 16 bits, one scale an output; the probabilities stay within 1e-4
/// of the float32 network's.
package struct DigitModel: Sendable {
    /// Rows and columns of a digit.
    package static let side = 28

    private let layers: [LayerWeights]

    /// The network whose weights the binary carries. Costs a pass over 312,000 weights: make one and keep it.
    ///
    /// Throws `DigitModelError` when the embedded file is not what it must be.
    package static func embedded() throws(DigitModelError) -> DigitModel {
        try DigitModel(
            weights: UnsafeBufferPointer(start: portcullis_weights_digit, count: portcullis_weights_digit_size))
    }

    /// The network in a whole weights file; the bytes are not kept.
    init(weights: UnsafeBufferPointer<UInt8>) throws(DigitModelError) {
        layers = try WeightsFile.layers(of: weights)
        let expected: [(kind: LayerWeights.Kind, outputs: Int, inputs: Int, isRectified: Bool, isPooled: Bool)] = [
            (.convolution, 32, 1, true, false), (.convolution, 32, 32, true, true),
            (.convolution, 64, 32, true, false), (.convolution, 64, 64, true, true),
            (.dense, 200, 1024, true, false), (.dense, 200, 200, true, false), (.dense, 10, 200, false, false),
        ]
        for (index, want) in expected.enumerated() {
            guard index < layers.count else { throw .truncated(layer: index) }
            let have = layers[index]
            guard have.kind == want.kind, have.outputs == want.outputs, have.inputs == want.inputs,
                have.isRectified == want.isRectified, have.isPooled == want.isPooled
            else { throw .unexpectedLayer(layer: index) }
        }
        guard layers.count == expected.count else { throw .unexpectedLayer(layer: expected.count) }
    }

    /// How probable each digit 0...9 is, summing to 1.
    ///
    /// `pixels` are 784 samples, row-major, white ink (255) on black (0). One thread, no state: safe to call at once
    /// from several. Asking with another number of pixels is a programmer's mistake.
    package func probabilities(of pixels: Span<UInt8>) -> [Float] {
        precondition(pixels.count == Self.side * Self.side, "a digit has 784 pixels")
        var activations = [Float](repeating: 0, count: pixels.count)
        for index in pixels.indices {
            activations[index] = Float(pixels[index]) / 255 - 0.5
        }
        var side = Self.side
        for layer in layers {
            switch layer.kind {
            case .convolution:
                activations = convolve(activations, side: side, by: layer)
                side = layer.isPooled ? (side - 2) / 2 : side - 2
            case .dense:
                activations = multiply(activations, by: layer)
            }
        }
        return Softmax.probabilities(of: activations)
    }

    /// The planes after a convolution and what follows it, `[plane][row][column]`; `input` has the same layout.
    private func convolve(_ input: [Float], side: Int, by layer: LayerWeights) -> [Float] {
        let narrow = side - 2
        let result = layer.isPooled ? narrow / 2 : narrow
        // Sums run at the input's row length; the last row's two meaningless ones are never made.
        let count = (narrow - 1) * side + narrow
        var sums = [Float](repeating: 0, count: count)
        var output = [Float](repeating: 0, count: layer.outputs * result * result)
        for plane in 0..<layer.outputs {
            sums.withUnsafeMutableBufferPointer { sums in
                sums.update(repeating: layer.biases[plane])
                guard let sum = sums.baseAddress else { return }
                Self.addCorrelations(of: input, side: side, layer: layer, plane: plane, to: sum, count: count)
                if layer.isRectified { LayerKernels.rectify(sum, count: count) }
                output.withUnsafeMutableBufferPointer { output in
                    guard let start = output.baseAddress else { return }
                    let target = start + plane * result * result
                    if layer.isPooled {
                        LayerKernels.pool(sum, stride: side, to: target, side: result)
                    } else {
                        for row in 0..<result {
                            (target + row * result).update(from: sum + row * side, count: result)
                        }
                    }
                }
            }
        }
        return output
    }

    /// Adds every input plane's part to the sums of one output plane.
    private static func addCorrelations(
        of input: [Float], side: Int, layer: LayerWeights, plane: Int, to sum: UnsafeMutablePointer<Float>, count: Int
    ) {
        input.withUnsafeBufferPointer { input in
            layer.weights.withUnsafeBufferPointer { weights in
                guard let planes = input.baseAddress, let taps = weights.baseAddress else { return }
                for source in 0..<layer.inputs {
                    LayerKernels.addCorrelation(
                        of: planes + source * side * side, stride: side,
                        taps: taps + (plane * layer.inputs + source) * 9, to: sum, count: count)
                }
            }
        }
    }

    /// The outputs of a dense layer. Inputs that a rectifier set to zero cost nothing.
    private func multiply(_ input: [Float], by layer: LayerWeights) -> [Float] {
        var output = layer.biases
        output.withUnsafeMutableBufferPointer { output in
            layer.weights.withUnsafeBufferPointer { weights in
                guard let sum = output.baseAddress, let rows = weights.baseAddress else { return }
                for (index, value) in input.enumerated() where value != 0 {
                    LayerKernels.add(rows + index * layer.outputs, times: value, to: sum, count: layer.outputs)
                }
                if layer.isRectified { LayerKernels.rectify(sum, count: layer.outputs) }
            }
        }
        return output
    }
}
