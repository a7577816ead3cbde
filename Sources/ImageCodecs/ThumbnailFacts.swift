/// The picture that EXIF, JFXX or JFIF data carries beside the image, brought down to 64 mean values.
package struct ThumbnailFacts: Hashable, Sendable {
    /// Columns of the thumbnail as coded.
    package let width: Int
    /// Rows as coded.
    package let height: Int
    /// The mean luma of each of 8×8 equal parts, row-major, turned as the image was: 0...255.
    package let luma: [UInt8]
    /// The same of its middle part with the image's own proportions, where these differ: cameras put bars around a picture
    /// that does not fill its thumbnail.
    package let croppedLuma: [UInt8]?

    /// Facts, each member named.
    package init(width: Int, height: Int, luma: [UInt8], croppedLuma: [UInt8]?) {
        self.width = width
        self.height = height
        self.luma = luma
        self.croppedLuma = croppedLuma
    }
}
