import ImageCodecs

/// What a file's name says about its format.
enum ImagePath {
    /// `image/png` or `image/jpeg` by the name's ending; nil for other endings.
    static func mediaType(_ path: String) -> String? {
        switch path.split(separator: "/").last?.split(separator: ".").last?.lowercased() {
        case "png": "image/png"
        case "jpg", "jpeg", "jpe", "jfif": "image/jpeg"
        default: nil
        }
    }

    /// How an image is written under this name; nil for endings that are neither PNG nor JPEG.
    static func encoding(_ path: String) -> ImageEncoding? {
        switch mediaType(path) {
        case "image/png": .png(.small)
        case "image/jpeg": .jpeg(quality: 95, subsampling: .yuv444)
        default: nil
        }
    }

    /// Largest image file that commands read, in bytes.
    static let limitBytes = 256 << 20
}
