import Foundation
import Glibc

/// A server that a benchmark starts, watches through /proc and ends.
final class ServerProcess {
    private let process = Process()
    private let log: URL
    /// What it is called in messages.
    let name: String
    /// Where it listens, on loopback.
    let port: UInt16

    /// Starts `executable` and waits until it accepts connections on `port`. Its output goes to `folder/NAME.log`.
    init(name: String, executable: String, arguments: [String], port: UInt16, folder: URL) throws {
        self.name = name
        self.port = port
        log = folder.appendingPathComponent("\(name).log")
        _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        let output = try FileHandle(forWritingTo: log)
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        try waitUntilListening()
    }

    /// Ends it and waits until it is gone.
    func stop() {
        guard process.isRunning else { return }
        process.terminate()
        process.waitUntilExit()
    }

    /// User and system time that it and its children have used, in seconds. The kernel counts in hundredths.
    func cpuSeconds() throws -> Double {
        let ticks = try processes().map { identifier in
            // Fields 14 and 15, counted after the command, which may hold spaces and ends at the last parenthesis.
            let text = try Self.read("/proc/\(identifier)/stat")
            let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
            guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else {
                throw LoadError.invalid("\(name): /proc/\(identifier)/stat is not understood")
            }
            return user + system
        }
        return ticks.reduce(0, +) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Resident memory now and at its highest, in bytes, of the main process.
    func memory() throws -> (now: Double, peak: Double) {
        let text = try Self.read("/proc/\(process.processIdentifier)/status")
        func kibibytes(_ key: String) -> Double {
            let line = text.split(separator: "\n").first { $0.hasPrefix(key + ":") }
            return line.flatMap { $0.split(whereSeparator: \.isWhitespace).dropFirst().first }.flatMap { Double($0) }
                ?? 0
        }
        return (kibibytes("VmRSS") * 1024, kibibytes("VmHWM") * 1024)
    }

    private func waitUntilListening() throws {
        let deadline = LoadClient.now() + 20_000_000_000
        while LoadClient.now() < deadline {
            if (try? Connection(port: port)) != nil { return }
            guard process.isRunning else { break }
            usleep(20_000)
        }
        let output = (try? Self.read(log.path)) ?? ""
        stop()
        throw LoadError.invalid("\(name) does not listen on port \(port):\n\(output.suffix(2000))")
    }

    private func processes() throws -> [Int32] {
        let main = process.processIdentifier
        let children = try Self.read("/proc/\(main)/task/\(main)/children")
        return [main] + children.split(separator: " ").compactMap { Int32($0) }
    }

    private static func read(_ path: String) throws -> String {
        // Files in /proc have no size: read to the end.
        let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        return String(decoding: try handle.readToEnd() ?? Data(), as: UTF8.self)
    }
}
