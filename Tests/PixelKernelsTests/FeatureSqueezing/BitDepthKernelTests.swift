import PixelCore
import PixelKernels
import Testing

@Suite("BitDepthKernel")
struct BitDepthKernelTests {
    private static let ramp = (0...255).map { UInt8($0) }

    private static func reduce(_ samples: [UInt8], bits: Int) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: samples.count)
        var span = output.mutableSpan
        let isFinished = BitDepthKernel.reduce(
            samples.span, into: &span, bits: bits, cancellation: CancellationFlag())
        return isFinished ? output : []
    }

    @Test("equals its definition for every level", arguments: 1...7)
    func definition(bits: Int) {
        #expect(Self.reduce(Self.ramp, bits: bits) == Self.ramp.map { BitDepthKernel.reference($0, bits: bits) })
    }

    @Test(
        "changes level where the published rule does",
        arguments: [
            (1, [128]), (2, [43, 128, 213]), (3, [19, 55, 92, 128, 164, 201, 237]),
            (4, [9, 26, 43, 60, 77, 94, 111, 128, 145, 162, 179, 196, 213, 230, 247]),
            (
                5,
                [
                    5, 13, 21, 29, 38, 46, 54, 62, 70, 79, 87, 95, 103, 112, 120, 128, 136, 144, 153, 161, 169, 177,
                    186, 194,
                    202, 210, 218, 227, 235, 243, 251,
                ]
            ),
        ] as [(Int, [Int])])
    func edges(bits: Int, edges: [Int]) {
        let output = Self.reduce(Self.ramp, bits: bits)
        #expect((1...255).filter { output[$0] != output[$0 - 1] } == edges)
    }

    @Test(
        "writes the published levels",
        arguments: [
            (1, [0, 255]), (2, [0, 85, 170, 255]), (3, [0, 36, 73, 109, 146, 182, 219, 255]),
            (4, (0..<16).map { UInt8(17 * $0) }),
            (
                5,
                [
                    0, 8, 16, 25, 33, 41, 49, 58, 66, 74, 82, 90, 99, 107, 115, 123, 132, 140, 148, 156, 165, 173, 181,
                    189,
                    197, 206, 214, 222, 230, 239, 247, 255,
                ]
            ),
        ] as [(Int, [UInt8])])
    func levels(bits: Int, levels: [UInt8]) {
        #expect(Set(Self.reduce(Self.ramp, bits: bits)).sorted() == levels)
    }

    @Test("row 1 of G at 3 bits")
    func golden() {
        #expect(Self.reduce(Array(TestImage.g[8..<16]), bits: 3) == [36, 182, 73, 219, 109, 255, 146, 36])
    }

    @Test("a raised flag stops it")
    func cancels() {
        let flag = CancellationFlag()
        flag.raise()
        var output: [UInt8] = [0]
        var span = output.mutableSpan
        let source: [UInt8] = [1]
        #expect(!BitDepthKernel.reduce(source.span, into: &span, bits: 1, cancellation: flag))
    }
}
