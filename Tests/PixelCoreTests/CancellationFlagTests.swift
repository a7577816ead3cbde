import PixelCore
import Testing

@Suite("CancellationFlag")
struct CancellationFlagTests {
    @Test("starts lowered, stays raised once raised")
    func raises() {
        let flag = CancellationFlag()
        #expect(!flag.isRaised)
        flag.raise()
        flag.raise()
        #expect(flag.isRaised)
    }
}
