package import ImageCodecs

/// How strongly a file says that its pixels were compressed: what statistics of pixels are conditioned on.
///
/// It is a claim, not a finding. Whoever decodes a JPEG and sends it as a PNG is compared with PNGs; telling that is what
/// `compression-history` is for.
package enum ClaimedCompression {
    /// `png`, or a JPEG's band by the quality that its luma table sums up nearest to: `jpeg-low` below 80, `jpeg-mid` up
    /// to 91, `jpeg-high` from 92 on; `jpeg-unknown` where no scan had a luma table.
    ///
    /// Bands, not qualities: a stratum of a calibration needs images by the hundred.
    package static func stratum(of facts: ContainerFacts) -> String {
        guard facts.format == .jpeg else { return "png" }
        guard let quantization = facts.quantization else { return "jpeg-unknown" }
        switch quantization.nearestQuality {
        case ..<80: return "jpeg-low"
        case 80...91: return "jpeg-mid"
        default: return "jpeg-high"
        }
    }
}
