import Foundation
import Testing

@testable import DigitClassifier

@Suite("LayerKernels")
struct LayerKernelsTests {
    @Test("a correlation adds the hand-computed sums to what is there")
    func correlates() {
        // A 4×3 plane 0...11 and taps 1...9: at (0, 0) the sum is 0·1+1·2+2·3+4·4+5·5+6·6+8·7+9·8+10·9.
        let input = (0..<12).map(Float.init)
        let taps = (1...9).map(Float.init)
        var output: [Float] = [1, 10]
        LayerKernels.addCorrelation(of: input, stride: 4, taps: taps, to: &output, count: 2)
        #expect(output == [304, 358])
    }

    @Test("a correlation of any length equals the sum written out", arguments: [1, 3, 4, 7, 8, 31, 64])
    func correlatesAnyLength(count: Int) {
        let stride = 9
        let input = (0..<(count + 2 * stride + 2)).map { Float(($0 * 37) % 101) - 50 }
        let taps = (0..<9).map { Float($0 * $0) - 20 }
        var output = [Float](repeating: 0, count: count)
        LayerKernels.addCorrelation(of: input, stride: stride, taps: taps, to: &output, count: count)
        let reference = (0..<count).map { i in
            (0..<9).reduce(Float(0)) { $0 + taps[$1] * input[i + $1 / 3 * stride + $1 % 3] }
        }
        // Whole numbers far below 2^24: every order of summing is exact.
        #expect(output == reference)
    }

    @Test("a row is added times its factor")
    func addsRow() {
        var output: [Float] = [1, 2, 3]
        LayerKernels.add([10, 20, 30], times: 0.5, to: &output, count: 3)
        #expect(output == [6, 12, 18])
    }

    @Test("negative values become zero, others stay")
    func rectifies() {
        var values: [Float] = [-1, 0, 2, -0.5, 7]
        LayerKernels.rectify(&values, count: 5)
        #expect(values == [0, 0, 2, 0, 7])
    }

    @Test("a pool takes the largest of each 2×2 block and skips the row ends")
    func pools() {
        let input: [Float] = [1, 2, 3, 4, 99, 5, 6, 7, 8, 99, -4, -3, -2, -1, 99, -8, -7, -6, -5, 99]
        var output = [Float](repeating: 0, count: 4)
        LayerKernels.pool(input, stride: 5, to: &output, side: 2)
        #expect(output == [6, 8, -3, -1])
    }
}

@Suite("Softmax")
struct SoftmaxTests {
    @Test(
        "the exponential is the C library's",
        arguments: [0, -1e-9, -0.3, -0.346_573_6, -1, -7.25, -88, -350, -699.5])
    func exponentiates(exponent: Double) {
        // Fourteen terms on half a binade leave 1e-18; the range reduction rounds in the exponent's 53rd bit.
        let reference = Foundation.exp(exponent)
        #expect(abs(Softmax.exponential(exponent) - reference) <= reference * 2e-13)
    }

    @Test("the exponential of a very negative number is zero")
    func underflows() {
        #expect(Softmax.exponential(-1e30) == 0)
    }

    @Test("large sums do not overflow, equal sums share evenly")
    func sharesEvenly() {
        #expect(Softmax.probabilities(of: [3e38, 3e38]) == [0.5, 0.5])
        #expect(Softmax.probabilities(of: []).isEmpty)
    }
}
