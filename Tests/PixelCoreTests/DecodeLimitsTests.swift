import PixelCore
import Testing

@Suite("DecodeLimits")
struct DecodeLimitsTests {
    @Test("limits that differ in any member are not equal")
    func distinct() {
        let limits = DecodeLimits(
            encodedBytes: 1, width: 2, height: 3, pixels: 4, workingBytes: 5, progressiveScans: 6, ancillaryBytes: 7)
        let paths: [WritableKeyPath<DecodeLimits, Int>] = [
            \.encodedBytes, \.width, \.height, \.pixels, \.workingBytes, \.progressiveScans, \.ancillaryBytes,
        ]
        for path in paths {
            var other = limits
            other[keyPath: path] += 1
            #expect(other != limits)
        }
    }
}
