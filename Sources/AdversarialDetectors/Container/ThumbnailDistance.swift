internal import ImageCodecs
internal import PixelCore

/// How far a thumbnail is from the image that it comes with.
enum ThumbnailDistance {
    /// Above this many levels the two show different pictures.
    static let mismatch = 12.0

    /// Root-mean-square difference of the two 8×8 mean-luma signatures, each without its mean, in levels; nil for an image
    /// that has none.
    ///
    /// Where the proportions differ, the nearer of the whole thumbnail and its middle part counts. The mean is left out
    /// since programs that brighten a picture leave its thumbnail as it was.
    static func levels(_ thumbnail: ThumbnailFacts, from image: Image) -> Double? {
        guard let signature = LumaSignature(of: image) else { return nil }
        let whole = distance(thumbnail.luma, signature)
        return thumbnail.croppedLuma.map { min(whole, distance($0, signature)) } ?? whole
    }

    private static func distance(_ luma: [UInt8], _ signature: LumaSignature) -> Double {
        let count = Double(luma.count)
        let mean = Double(luma.reduce(0) { $0 + Int($1) }) / count
        // A signature's values are eighths of a level.
        let squares = zip(luma, signature.values).reduce(0.0) { sum, pair in
            let difference = Double(pair.0) - mean - Double(pair.1) / 8
            return sum + difference * difference
        }
        return (squares / count).squareRoot()
    }
}
