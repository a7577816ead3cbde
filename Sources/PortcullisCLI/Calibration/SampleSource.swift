import AuditTrail
import Foundation
import ImageCodecs
import RobustnessEvaluation

/// Where clean images come from.
struct CleanSource: Sendable {
    /// The files, each with the hash of its bytes.
    var files: [SampleFile]
    /// Paths that could not be read, each with its reason.
    var unreadable: [(path: String, reason: String)] = []
    /// In words, for the calibration file.
    let description: String
    /// Clients that they came from; 0 where that is not known.
    var clients = 0
    /// Requests with an image of one client on one day: the median and the most; nil where no log says so.
    var requestsPerDay: (median: Int, most: Int)?
    /// What else there is to say: files left out and why.
    var notes: [String] = []

    /// Every file below a folder.
    static func folder(_ folder: String) throws(CommandFailure) -> CleanSource {
        let listing = try FolderWalk.listing(of: folder)
        guard !listing.files.isEmpty else { throw .usage("the folder \(folder) holds no files") }
        var source = CleanSource(files: [], description: "folder \(folder)")
        source.read(listing.files.map { folder + "/" + $0 })
        if listing.hidden > 0 { source.notes.append("\(listing.hidden) hidden files and folders were not looked at") }
        for path in listing.passedOver.prefix(10) { source.notes.append("left out: \(path)") }
        return source
    }

    /// The images of one role of a manifest.
    static func manifest(_ path: String, role: String) throws(CommandFailure) -> CleanSource {
        let images = try EvaluationImages(manifests: [path], attacks: [], roles: [role], limit: nil)
        var source = CleanSource(files: [], description: "manifest \(path), role \(role)")
        source.read(images.items.filter { $0.row.role == role }.map(\.path))
        return source
    }

    /// The images that an audit log has seen forwarded, as far as their files are below `folder`.
    static func audit(_ log: String, images folder: String, perClient: Int) throws(CommandFailure) -> CleanSource {
        let sample = try AuditSample.read(log)
        let all = try Self.folder(folder)
        var byHash: [String: SampleFile] = [:]
        for file in all.files where byHash[file.sha256] == nil { byHash[file.sha256] = file }
        let chosen = sample.choose(perClient: perClient) { byHash[$0] != nil }
        var source = CleanSource(
            files: chosen.hashes.compactMap { byHash[$0] },
            description: "audit log \(log), at most \(perClient) images a client")
        source.clients = chosen.clients
        source.requestsPerDay = sample.requestsPerDay
        source.notes = all.notes
        source.notes.append(
            "the log has \(sample.eligible) forwarded images of \(sample.clients) clients; left out: "
                + "\(sample.excluded) that were flagged, diverted, rejected, degraded or failed at some time")
        source.notes.append("\(chosen.withoutFile) of them had no file below \(folder)")
        if chosen.overCap > 0 {
            source.notes.append("\(chosen.overCap) more were over the cap of \(perClient) images a client")
        }
        guard !source.files.isEmpty else {
            throw .usage("no forwarded image of the log \(log) has a file below \(folder)")
        }
        return source
    }

    private mutating func read(_ paths: [String]) {
        var progress = Progress("files", total: paths.count)
        for path in paths {
            switch BoundedFile.read(path, limit: ImagePath.limitBytes) {
            case .success(let bytes):
                let sniffed = ImageSniffer.detect(Array(bytes.prefix(ImageSniffer.prefixBytes)).span).imageFormat
                files.append(
                    SampleFile(
                        path: path, sha256: FileDigest.sha256(bytes),
                        mediaType: ImagePath.mediaType(path) ?? sniffed?.mediaType))
            case .failure(let error):
                unreadable.append((path, error.reason))
            }
            progress.step()
        }
        progress.finish()
    }
}
