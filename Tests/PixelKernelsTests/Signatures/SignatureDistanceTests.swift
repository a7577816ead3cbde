import PixelKernels
import Testing

@Suite("SignatureDistance")
struct SignatureDistanceTests {
    @Test("sums squared differences row by row, up to the largest members")
    func rows() {
        let query = [Int16](repeating: 2896, count: 64)
        let table = query + [Int16](repeating: -2896, count: 64) + (0..<64).map { Int16($0) }
        var output = [Int32](repeating: -1, count: 3)
        var span = output.mutableSpan
        SignatureDistance.squared(query.span, to: table.span, into: &span)
        var last: Int32 = 0
        for value in 0..<64 as Range<Int32> { last += (2896 - value) * (2896 - value) }
        #expect(output == [0, 64 * 5792 * 5792, last])
    }
}
