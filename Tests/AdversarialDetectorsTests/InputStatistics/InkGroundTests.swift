import AdversarialDetectors
import PixelCore
import Testing

@Suite("InkGround")
struct InkGroundTests {
    private func detector() throws -> any Detector { try DetectorCatalogue.make(name: "ink-ground", parameters: [:]) }

    private func inspect(_ image: Image) throws -> Signal? { try detector().inspect(TestSubject.subject(image)) }

    @Test("scores the mean distance to black and white off the contour: 80/101 of the image S")
    func golden() throws {
        let signal = try #require(try inspect(InkImages.image(InkImages.block(), width: 12)))
        #expect(abs(signal.score - 80.0 / 101) < 1e-12)
        #expect(abs(try #require(signal.value("faint")) - 1.0 / 101) < 1e-12)
        #expect(abs(try #require(signal.value("pure")) - 142.0 / 144) < 1e-12)
        #expect(abs(try #require(signal.value("flat")) - 101.0 / 144) < 1e-12)
        #expect(signal.stratum == "clean-ground")
    }

    @Test("names what the image is: bitonal, on a noisy ground, on a clean one")
    func strata() throws {
        #expect(try inspect(InkImages.disc(1))?.stratum == "bitonal")
        #expect(try inspect(InkImages.disc(1))?.score == 0)
        #expect(try inspect(InkImages.disc(1, noise: 20))?.stratum == "noisy-ground")
        var spotted = [UInt8](repeating: 255, count: 900)
        for i in stride(from: 0, to: 900, by: 20) { spotted[i] = 200 }
        #expect(try inspect(InkImages.image(spotted, width: 30))?.stratum == "clean-ground")
    }

    @Test("a noisier image scores higher, whether white or black is the ground")
    func order() throws {
        let (clean, noisy) = (InkImages.disc(2, noise: 10), InkImages.disc(2, noise: 70))
        #expect(try inspect(noisy)?.score ?? 0 > inspect(clean)?.score ?? .infinity)
        let turned = noisy.withSamples { samples in (0..<samples.count).map { 255 - samples[$0] } }
        #expect(try inspect(InkImages.image(turned, width: 48))?.score == inspect(noisy)?.score)
    }

    @Test("a grey image and the same in colour score alike")
    func colour() throws {
        let grey = InkImages.disc(3, noise: 30)
        let samples = grey.withSamples { span in (0..<3 * span.count).map { span[$0 / 3] } }
        #expect(try inspect(InkImages.image(samples, width: 48, channels: 3)) == inspect(grey))
    }

    @Test("gives no signal for many levels, for grey, and for what is too small to tell")
    func nothing() throws {
        let ramp = (0..<64 * 64 * 3).map { UInt8(truncatingIfNeeded: $0 * 7 / 3 % 256) }
        #expect(try inspect(InkImages.image(ramp, width: 64, channels: 3)) == nil)
        #expect(try inspect(InkImages.image([UInt8](repeating: 120, count: 400), width: 20)) == nil)
        #expect(try inspect(InkImages.image([UInt8](repeating: 3, count: 70), width: 7)) == nil)
        let blank = try #require(try inspect(InkImages.image([UInt8](repeating: 255, count: 400), width: 20)))
        #expect(blank.score == 0 && blank.stratum == "bitonal")
    }

    @Test(
        "orders clean digits and attacked ones of the lab", .enabled(if: InkImages.hasLab),
        arguments: [
            "mnist/fgsm_0.3", "mnist/pgd_0.3", "mnist/cw_l2_next", "adaptive/mnist/ink_pgd_0.3",
        ])
    func lab(folder: String) throws {
        let clean = try InkImages.mean(detector(), InkImages.images("mnist/clean_test", atMost: 100))
        let attacked = try InkImages.mean(detector(), InkImages.images(folder, atMost: 50))
        #expect(attacked > 4 * clean)
    }
}
