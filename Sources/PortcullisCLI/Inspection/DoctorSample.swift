import AdmissionPolicy
import Foundation
import ImageCodecs
import PixelCore

/// One file that `doctor` looks at: what it is, and what the guard would make of it.
struct DoctorSample: Sendable {
    /// Its path.
    let path: String
    /// Its size in bytes; nil when it could not be read.
    var size: Int?
    /// What its first bytes look like.
    var type = SniffedType.unknown
    /// The bytes, where they are within the limit of the command.
    var bytes: [UInt8] = []
    /// The decoded image under the route's limits; nil when there is none.
    var decoded: DecodedImage?
    /// Why there is none.
    var problem: String?

    /// The file at `path` as `route` would take it.
    init(path: String, route: RoutePlan) {
        self.path = path
        switch BoundedFile.read(path, limit: ImagePath.limitBytes) {
        case .failure(let error):
            problem = error.reason
        case .success(let content):
            bytes = content
            size = content.count
            type = ImageSniffer.detect(Array(content.prefix(ImageSniffer.prefixBytes)).span)
            decode(limits: route.decodeLimits, options: route.decodeOptions)
        }
    }

    /// The media type that a client would declare.
    var mediaType: String {
        type.imageFormat?.mediaType ?? ImagePath.mediaType(path) ?? "application/octet-stream"
    }

    /// True when its EXIF orientation turns it.
    var isTurned: Bool { (decoded?.facts.exifOrientation ?? 1) != 1 }

    private mutating func decode(limits: DecodeLimits, options: DecodeOptions) {
        do throws(CodecError) {
            decoded = try ImageDecoder(limits: limits, options: options)
                .decode(bytes, cancellation: CancellationFlag())
        } catch {
            problem = CodecText.reason(error)
        }
    }

    /// The files of a folder, without its folders and hidden files, in the order of their names; `limit` at most, spread
    /// evenly. Throws when it cannot be listed.
    static func paths(in folder: String, limit: Int) throws(CommandFailure) -> [String] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw .unreachable("the folder \(folder) cannot be listed")
        }
        let paths = names.filter { !$0.hasPrefix(".") }.sorted().map { folder + "/" + $0 }.filter { path in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
        }
        guard paths.count > limit else { return paths }
        return (0..<limit).map { paths[$0 * paths.count / limit] }
    }
}
