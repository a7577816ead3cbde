import Foundation
import PixelCore

/// What `scripts/fixtures/make_denoising.py` writes: images, and what peers make of them.
struct DenoisingFixture: Decodable {
    struct Picture: Decodable {
        let width: Int
        let height: Int
        let channels: Int
        let samples: [UInt8]
    }

    struct Case: Decodable {
        let image: String
        let values: [Double]
        let peer: String?
        let sigma: Double?
        let weight: Double?
        let limit: Int?
        let wavelet: String?
        let method: String?
        let levels: Int?
        let estimates: [Double]?
        let kept: [UInt8]?
        let art: Double?
        let least: Double?
    }

    let images: [String: Picture]
    let cases: [Case]

    /// The file of this name.
    init(_ name: String) throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/denoising/\(name).json")
        self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: file))
    }

    /// The shape and samples of an image; nil when the file has none of this name.
    func picture(_ name: String) -> (shape: PixelShape, samples: [UInt8])? {
        guard let picture = images[name],
            let shape = PixelShape(width: picture.width, height: picture.height, channels: picture.channels)
        else { return nil }
        return (shape, picture.samples)
    }
}

/// The largest absolute difference of two lists of one length; infinite when the lengths differ.
func largestDifference(_ a: [Double], _ b: [Double]) -> Double {
    a.count == b.count ? zip(a, b).map { abs($0 - $1) }.max() ?? 0 : .infinity
}
