import Foundation
import Testing

/// The built command, run as a process.
struct CLIProcess {
    /// How a process ended and what it wrote.
    struct Outcome: Sendable {
        /// The exit code; nil when a signal ended it.
        let code: Int32?
        /// Standard output.
        let output: String
        /// Standard error.
        let errors: String

        /// Standard output, line by line.
        var lines: [Substring] { output.split(separator: "\n") }
    }

    /// The repository.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// A file of the shared data.
    static func data(_ path: String) -> String {
        root.deletingLastPathComponent().appending(path: "shared/data/\(path)").path
    }

    /// A picture that ships with the repository.
    static func example(_ name: String) -> String {
        root.appending(path: "examples/images/\(name)").path
    }

    /// The executable, which is built into the folder that holds this test bundle.
    static func executable() throws -> URL {
        let bundle = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let folders = [bundle, CommandLine.arguments.first ?? ""].map { URL(filePath: $0).deletingLastPathComponent() }
        let candidates = folders.flatMap { [$0.appending(path: "portcullis"), $0.appending(path: "PortcullisCLI")] }
        return try #require(
            candidates.first { FileManager.default.isExecutableFile(atPath: $0.path) }, "the command is not built")
    }

    /// A fresh folder for one scenario.
    static func folder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "portcullis-cli-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    private let process = Process()
    private let folder: URL
    private let outputFile: URL
    private let errorsFile: URL

    /// Starts the command in `folder`, which takes its output.
    init(_ arguments: [String], in folder: URL, environment: [String: String] = [:]) throws {
        self.folder = folder
        let name = UUID().uuidString
        outputFile = folder.appending(path: ".\(name).out")
        errorsFile = folder.appending(path: ".\(name).err")
        for file in [outputFile, errorsFile] { try Data().write(to: file) }
        process.executableURL = try Self.executable()
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": folder.path].merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: outputFile)
        process.standardError = try FileHandle(forWritingTo: errorsFile)
        try process.run()
    }

    /// What it wrote to standard output so far.
    var output: String { (try? String(contentsOf: outputFile, encoding: .utf8)) ?? "" }

    /// What it wrote to standard error so far.
    var errors: String { (try? String(contentsOf: errorsFile, encoding: .utf8)) ?? "" }

    /// True until it ended.
    var isRunning: Bool { process.isRunning }

    /// Sends SIGTERM.
    func terminate() { process.terminate() }

    /// Waits until it ended; kills it after `seconds`, which is an error.
    func finish(within seconds: Double = 120) async throws -> Outcome {
        let end = ContinuousClock.now.advanced(by: .seconds(seconds))
        while process.isRunning {
            if ContinuousClock.now >= end {
                kill(process.processIdentifier, SIGKILL)
                throw ScenarioTimeout(
                    description: "waited in vain for \(process.arguments ?? []) to end: \(output) \(errors)")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        let isExit = process.terminationReason == .exit
        return Outcome(code: isExit ? process.terminationStatus : nil, output: output, errors: errors)
    }

    /// Runs the command to its end.
    static func run(
        _ arguments: [String], in folder: URL, environment: [String: String] = [:], within seconds: Double = 120
    ) async throws -> Outcome {
        try await CLIProcess(arguments, in: folder, environment: environment).finish(within: seconds)
    }
}
