import Foundation
import PixelCore

/// Images scaled by a peer; `scripts/fixtures/make_resampling.py` writes them.
struct ResamplingFixture: Decodable {
    let width: Int
    let height: Int
    let channels: Int
    let seed: Int
    let toWidth: Int
    let toHeight: Int
    /// Samples by method; of a large image, their digest alone.
    let samples: [String: [Int]]

    /// The cases of one file, such as `opencv-scaled`.
    static func load(_ name: String) throws -> [ResamplingFixture] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = folder.appending(path: "Fixtures/resampling/\(name).json")
        return try JSONDecoder().decode([ResamplingFixture].self, from: Data(contentsOf: file))
    }

    /// The image that was scaled.
    var source: [UInt8] {
        (0..<width * height * channels).map { (n: Int) -> UInt8 in
            let value: Int = n * n * 7 + n * (31 + seed) + (n >> 3) * (seed + 5)
            return UInt8(value % 251)
        }
    }

    /// The sum of `samples`, each times its place modulo 65521, counted from 1.
    static func digest(_ samples: [UInt8]) -> Int {
        samples.indices.reduce(0) { $0 + Int(samples[$1]) * ($1 % 65521 + 1) }
    }
}
