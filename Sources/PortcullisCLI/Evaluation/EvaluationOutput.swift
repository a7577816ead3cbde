import ArgumentParser
import Foundation
import RobustnessEvaluation

/// Where the figures go.
struct EvaluationOutput: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Write report.json, images.csv and report.html into this folder.", valueName: "dir"),
        completion: .directory)
    var out: String?
    @Flag(help: "Replace the files of an earlier report in --out.") var force = false
    @Option(
        help: ArgumentHelp(
            "False-positive rates that p-values are held to, such as 5%,1%,0.1%.", valueName: "rates"))
    var rates = "5%,1%,0.1%"
    @Option(
        help: ArgumentHelp(
            "Write the figures as a result table: this JSON, and Markdown beside it.", valueName: "name.json"),
        completion: .file(extensions: ["json"]))
    var table: String?
    @Option(
        help: ArgumentHelp(
            "Hold a figure of the table to a bound, such as \"detected ALL>=0.985\"; may be given more than once.",
            valueName: "bound"))
    var target: [String] = []
    @Option(
        help: ArgumentHelp(
            "Put a peer's figures beside rows of the table: {\"ROW\": {\"name\": TEXT, \"value\": NUMBER}, …}.",
            valueName: "file.json"), completion: .file(extensions: ["json"]))
    var peer: String?
    @Option(
        help: ArgumentHelp(
            "Detectors that have rows of their own in the table: names with commas between them, all, or none; what they "
                + "say together always has.", valueName: "names"))
    var detectorsShown = "all"
    @Option(help: ArgumentHelp("The commit that report and table name.", valueName: "hash")) var commit = "unknown"
    @Option(
        help: ArgumentHelp(
            "What the table says that it was measured with (default: the manifests).", valueName: "words"))
    var data: String?

    func validate() throws {
        if let out, out.hasSuffix(".json") {
            throw ValidationError(
                "--out names a folder for report.json, images.csv and report.html; for a result table give --table \(out)"
            )
        }
        if let table, !table.hasSuffix(".json") { throw ValidationError("--table must end in .json") }
    }

    /// The rates, largest first. Throws for what is no rate, and for one that is there twice.
    func parsedRates() throws(CommandFailure) -> [Double] {
        var result: [Double] = []
        for text in rates.split(separator: ",", omittingEmptySubsequences: false) {
            guard let rate = RateText.parse(String(text)) else {
                throw .usage("--rates must be shares up to 50 % such as 5%,1%,0.1%; \"\(text)\" is none")
            }
            if result.contains(rate) { throw .usage("--rates names \(RateText.text(rate)) twice") }
            result.append(rate)
        }
        return result.sorted(by: >)
    }

    /// The peers' figures. Throws when the file cannot be read or holds something else.
    func parsedPeers() throws(CommandFailure) -> PeerFigures {
        guard let peer else { return PeerFigures() }
        switch BoundedFile.read(peer, limit: 16 << 20) {
        case .failure(let error): throw .unreachable("\(peer) \(error.reason)")
        case .success(let bytes):
            do throws(PeerFiguresError) {
                return try PeerFigures(json: bytes)
            } catch {
                throw .configuration("\(peer): \(error.reason)")
            }
        }
    }

    /// The names in --detectors-shown; nil for all.
    var parsedDetectors: Set<String>? {
        switch detectorsShown {
        case "all": nil
        case "none": []
        default: Set(detectorsShown.split(separator: ",").map(String.init))
        }
    }

    /// The command that makes the figures again, as a shell would take it.
    static func command() -> String {
        let words = ["portcullis"] + CommandLine.arguments.dropFirst()
        return words.map { word in
            let isPlain = !word.isEmpty && word.allSatisfy { $0.isLetter || $0.isNumber || "_-./:=,%@+".contains($0) }
            return isPlain ? word : "'\(word.replacing("'", with: "'\\''"))'"
        }.joined(separator: " ")
    }
}

/// The result table of an evaluation.
struct EvaluationTable {
    /// Bounds by row name.
    let targets: [String: ResultRow.Target]
    /// Figures of others by row name.
    let peers: PeerFigures
    /// What the options say.
    let output: EvaluationOutput

    /// Writes `rows` where a table is wanted; false when a figure misses its bound.
    ///
    /// Throws when a bound is for a row that is not there.
    func write(_ rows: [ResultRow], manifests: [String]) throws(CommandFailure) -> Bool {
        let names = Set(rows.map(\.name))
        for name in targets.keys.sorted() where !names.contains(name) {
            throw .usage(
                "--target: the table has no row \"\(name)\"; it has \(rows.map(\.name).joined(separator: ", "))")
        }
        // A peer may have measured more than what was sent this time.
        for name in peers.figures.keys.sorted() where !names.contains(name) {
            Terminal.note("note: the table has no row \"\(name)\" to put the peer's figure beside")
        }
        let file = output.table?.split(separator: "/").last.map(String.init) ?? "evaluation.json"
        let table = ResultTable(
            name: String(file.dropLast(".json".count)), command: EvaluationOutput.command(), commit: output.commit,
            machine: MachineDescription.current(), data: output.data ?? manifests.joined(separator: ", "), rows: rows)
        for miss in table.misses { Terminal.complain("\(miss.name) is \(miss.value), past its bound") }
        if let path = output.table {
            let folder = StateFolders.parent(of: path)
            do throws(ResultError) {
                try table.write(into: folder.isEmpty ? "." : folder)
            } catch {
                throw .unreachable(error.description)
            }
        }
        return table.misses.isEmpty
    }
}
