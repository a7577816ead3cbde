import PixelCore
import PixelKernels
import Testing

@Suite("PointKernel")
struct PointKernelTests {
    @Test("sends every level through its table")
    func levels() {
        let table = PointTable { 255 - $0 }
        let source = (0...255).map { UInt8($0) }
        var output = [UInt8](repeating: 0, count: 256)
        var span = output.mutableSpan
        #expect(PointKernel.apply(table, source.span, into: &span, cancellation: CancellationFlag()))
        #expect(output == source.reversed())
    }

    @Test("one table after another is their composition")
    func composition() {
        let half = PointTable { $0 / 2 }
        let up = PointTable { $0 &+ 3 }
        let both = half.followed(by: up)
        #expect((0...255).allSatisfy { both.levels[$0] == UInt8($0 / 2 + 3) })
    }
}
