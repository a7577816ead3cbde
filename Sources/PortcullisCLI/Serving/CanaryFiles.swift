import AdmissionPolicy
import Crypto
import PortcullisProxy
import RobustnessEvaluation

/// Reads the images that `serve` sends through itself again and again.
enum CanaryFiles {
    /// Bytes of all canaries together: they stay in memory.
    static let limitBytes = 64 << 20

    /// The canaries of the list at `path`, for `policy`. Throws when the list or a file is not what it should be.
    static func load(_ path: String, policy: PolicyPlan) throws(CommandFailure) -> [Canary] {
        let bytes: [UInt8]
        switch BoundedFile.read(path, limit: 8 << 20) {
        case .success(let content): bytes = content
        case .failure(let error): throw .configuration("canaries: \(path) \(error.reason)")
        }
        let list: CanaryList
        do throws(ManifestError) {
            list = try CanaryList.parse(bytes, origin: path)
        } catch {
            throw .configuration("canaries: \(error.description)")
        }
        var canaries: [Canary] = []
        var total = 0
        for row in list.rows {
            let canary = try load(row, folder: StateFolders.parent(of: path), policy: policy)
            total += canary.bytes.count
            guard total <= limitBytes else {
                throw .configuration("canaries: more than \(limitBytes >> 20) MiB of images; a few dozen will do")
            }
            canaries.append(canary)
        }
        return canaries
    }

    private static func load(
        _ row: CanaryList.Row, folder: String, policy: PolicyPlan
    ) throws(CommandFailure) -> Canary {
        let file = folder.isEmpty ? row.file : folder + "/" + row.file
        let content: [UInt8]
        switch BoundedFile.read(file, limit: ImagePath.limitBytes) {
        case .success(let bytes): content = bytes
        case .failure(let error): throw .configuration("canaries: \(file) \(error.reason)")
        }
        if let sha256 = row.sha256 {
            let found = SHA256.hash(data: content).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
                .joined()
            guard found == sha256.lowercased() else {
                throw .configuration("canaries: \(file) is not the file that was judged (its SHA-256 differs)")
            }
        }
        guard let path = row.path ?? literalPath(of: policy) else {
            throw .configuration("canaries: no inspecting route has a path without *; add a column `path` to the list")
        }
        guard policy.route(method: "POST", path: path, host: nil)?.handling == .inspect else {
            throw .configuration("canaries: the policy \(policy.name) inspects nothing at POST \(path)")
        }
        return Canary(
            name: row.file, path: path, mediaType: ImagePath.mediaType(file) ?? "application/octet-stream",
            bytes: content, verdict: row.verdict, label: row.label)
    }

    /// The first path of an inspecting route that names one place.
    private static func literalPath(of policy: PolicyPlan) -> String? {
        policy.routes.filter { $0.handling == .inspect }.flatMap(\.match.paths).first { !$0.contains("*") }
    }
}
