import PixelCore
import PixelKernels
import Testing

@Suite("EnergyGrid")
struct EnergyGridTests {
    @Test("the strongest window has the energy that the definition gives", arguments: TestImage.shapes, [1, 3])
    func reference(side: (width: Int, height: Int), channels: Int) throws {
        let shape = try #require(PixelShape(width: side.width, height: side.height, channels: channels))
        let samples = TestImage.random(shape, seed: 4)
        let energies = EnergyReference.energies(samples.span, shape: shape)
        let grid = EnergyGrid(of: samples.span, shape: shape)
        for share in [0.2, 0.4, 0.7] {
            guard let window = grid.strongestWindow(share: share) else {
                #expect(min(side.width, side.height) < 10)
                continue
            }
            var (inside, all) = (0.0, 0.0)
            for y in 0..<side.height {
                for x in 0..<side.width {
                    let energy = energies[y * side.width + x]
                    all += energy
                    let isInside = (window.x..<window.x + window.width).contains(x)
                    if isInside, (window.y..<window.y + window.height).contains(y) { inside += energy }
                }
            }
            let area = Double(window.width * window.height)
            // All are quarters of whole numbers: only the two divisions round.
            #expect(abs(window.inside - inside / area) < 1e-9)
            #expect(abs(window.outside - (all - inside) / (Double(shape.pixelCount) - area)) < 1e-9)
        }
    }

    @Test("cells make up the whole image, to its last row and column")
    func whole() throws {
        // 97 is no multiple of 32: cells of 3 pixels, and one of 4.
        let shape = try #require(PixelShape(width: 97, height: 97, channels: 1))
        let stripes = (0..<shape.sampleCount).map { i -> UInt8 in i / 97 >= 80 && i / 97 % 2 == 0 ? 200 : 10 }
        let bottom = try #require(EnergyGrid(of: stripes.span, shape: shape).strongestWindow(share: 0.15))
        #expect(bottom.y + bottom.height == 97)
        let turned = (0..<shape.sampleCount).map { i in stripes[i % 97 * 97 + i / 97] }
        let right = try #require(EnergyGrid(of: turned.span, shape: shape).strongestWindow(share: 0.15))
        #expect(right.x + right.width == 97)
        #expect(right.inside > 5 * right.outside)
    }

    @Test("energies are those of the definition by hand")
    func hand() throws {
        let shape = try #require(PixelShape(width: 2, height: 2, channels: 3))
        let samples: [UInt8] = [10, 20, 30, 40, 20, 30, 10, 20, 30, 10, 50, 30]
        // Luma of the four: 18, 27, 18, 36 (17.94 and 26.96 and 17.94 and 35.52, rounded half up).
        let expected = [30.0 + 9.0 / 4, 60.0 + 30 + 9.0 / 4, 60.0 + 18.0 / 4, 0]
        let energies = EnergyReference.energies(samples.span, shape: shape)
        #expect(energies == expected)
    }
}
