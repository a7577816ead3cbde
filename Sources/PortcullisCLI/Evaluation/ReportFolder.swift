import Foundation
import RobustnessEvaluation

/// The folder that takes the three files of a report.
struct ReportFolder {
    /// As it was named.
    let path: String
    /// Whether files of an earlier report are replaced.
    let isForced: Bool

    /// What is written.
    static let names = ["report.json", "images.csv", "report.html"]

    /// Makes the folder and looks whether it can take a report, so that nothing is measured in vain.
    func prepare() throws(CommandFailure) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw .unreachable("the folder \(path) cannot be made: \(error.localizedDescription)")
        }
        guard access(path, W_OK | X_OK) == 0 else {
            throw .unreachable("the folder \(path) cannot be written to: \(String(cString: strerror(errno)))")
        }
        guard !isForced else { return }
        for name in Self.names where FileManager.default.fileExists(atPath: "\(path)/\(name)") {
            throw .usage("\(path)/\(name) exists; add --force to replace it, or name another folder")
        }
    }

    /// Writes the report; each file is whole or not there.
    func write(_ report: EvaluationReport) throws(CommandFailure) {
        let page = ReportPage.html(report) { index in
            guard case .success(let bytes) = BoundedFile.read(report.images[index].path, limit: ImagePath.limitBytes)
            else { return nil }
            return ImagePreview(bytes)
        }
        let contents = [
            ReportJSON.bytes(report), Array(ImagesCSV.text(report.images).utf8), Array(page.utf8),
        ]
        for (name, bytes) in zip(Self.names, contents) {
            try OutputFile.write(bytes, to: "\(path)/\(name)", isForced: isForced)
        }
    }
}
