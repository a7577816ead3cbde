import PixelCore

/// The pictures that the contract test shows to detectors that see but one kind.
enum ContractImages {
    /// A clean picture or an attacked one of the kind that the detector called `name` sees.
    static func image(for name: String, isAttacked: Bool) -> Image {
        switch name {
        case "compression-history": CompressedImages.contractImage(isAttacked: isAttacked)
        case "ink-ground", "ink-roughness": InkImages.disc(7, flipped: isAttacked ? 20 : 0, noise: isAttacked ? 60 : 4)
        case "chroma-residual", "luma-residual", "local-residual", "epsilon-noise":
            ResidualPicture.image(seed: 7, noise: isAttacked ? 6 : 0.4, patch: isAttacked)
        case "ink-shape": InkImages.disc(7, flipped: isAttacked ? 20 : 0, noise: 4)
        case "image-scaling": PlantedPicture.scaled(depth: isAttacked ? 30 : 0)
        case "patch-localization": PlantedPicture.patched(isPatched: isAttacked)
        default: TestSubject.image()
        }
    }

    /// Clean pictures to learn from.
    static func cleanSample(for name: String) -> [Image] {
        switch name {
        case "ink-roughness": (10..<90).map { InkImages.disc($0, noise: 4) }
        case "chroma-residual", "luma-residual", "local-residual": (10..<70).map { ResidualPicture.image(seed: $0) }
        default: []
        }
    }
}
