import Foundation

/// The policy that benchmarks run under: the default one, enforced, without its extra model calls.
///
/// Made from the file that ships, so that it follows it; one route before the others lets `/other` pass uninspected.
enum BenchmarkPolicy {
    private static let otherRoute = """
        routes:
          - name: other
            match: {paths: ["/other"]}
            handle: pass
        """

    /// The text of the policy, from `balanced.yaml`. Throws when that file no longer has the lines that are changed.
    static func text(balanced file: URL) throws -> String {
        let lines = String(decoding: try Data(contentsOf: file), as: UTF8.self).components(separatedBy: "\n")
        // What names the detector in a mapping of one line: its use and its rule.
        let kept = lines.filter { !($0.contains("feature-squeezing") && $0.contains("{")) }
        guard kept.count < lines.count, kept.contains("mode: monitor"), kept.contains("routes:") else {
            throw LoadError.invalid("\(file.path) is not laid out as the benchmarks expect")
        }
        return kept.map { line in
            switch line {
            case "mode: monitor": "mode: enforce"
            case "routes:": otherRoute
            default: line
            }
        }.joined(separator: "\n")
    }
}
