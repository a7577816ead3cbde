import Foundation
import PixelCore

/// The Python process that runs what people use today: one JSON line there, one back (`scripts/kernel-peer.py`).
final class KernelPeer {
    /// A value of an operation's argument.
    enum Argument: Encodable, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByStringLiteral {
        case integer(Int), real(Double), text(String)

        init(integerLiteral value: Int) { self = .integer(value) }
        init(floatLiteral value: Double) { self = .real(value) }
        init(stringLiteral value: String) { self = .text(value) }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .integer(let number): try container.encode(number)
            case .real(let number): try container.encode(number)
            case .text(let word): try container.encode(word)
            }
        }
    }

    private struct Load: Encodable {
        let `do` = "load"
        let path: String
        let height: Int
        let width: Int
        let channels: Int
    }

    private struct Time: Encodable {
        let `do` = "time"
        let operation: String
        let arguments: [String: Argument]
        let calls: Int
    }

    private struct Objective: Encodable {
        let `do` = "objective"
        let path: String
        let maskPath: String
        let arguments: [String: Argument]
    }

    private struct Versions: Encodable {
        let `do` = "versions"
    }

    private struct Answer: Decodable {
        let error: String?
        let nanoseconds: Double?
        let objective: Double?
        let peerObjective: Double?
        let versions: [String: String]?
    }

    private let process = Process()
    private let requests = Pipe()
    private let answers = Pipe()
    private let folder: URL
    private var pending: [UInt8] = []

    /// Starts `script` with `python`; images are handed over in `folder`.
    init(python: String, script: String, folder: URL) throws {
        guard FileManager.default.isExecutableFile(atPath: python) else {
            throw LoadError.invalid("\(python) is not there; run scripts/setup.sh reference")
        }
        self.folder = folder
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = [script]
        process.standardInput = requests
        process.standardOutput = answers
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    /// Ends it.
    func stop() {
        try? requests.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    /// Package names and versions of what is measured.
    func versions() throws -> [String: String] { try ask(Versions()).versions ?? [:] }

    /// Makes `samples` the image that operations work on.
    func load(_ samples: [UInt8], shape: PixelShape) throws {
        let file = folder.appendingPathComponent("image.raw")
        try Data(samples).write(to: file)
        _ = try ask(
            Load(path: file.path, height: shape.height, width: shape.width, channels: shape.channels))
    }

    /// Nanoseconds of one call: the median of `calls`.
    func time(_ operation: String, _ arguments: [String: Argument], calls: Int) throws -> Double {
        guard let time = try ask(Time(operation: operation, arguments: arguments, calls: calls)).nanoseconds else {
            throw LoadError.invalid("\(operation): no time in the peer's answer")
        }
        return time
    }

    /// What masked total variation minimizes, of `result`, made from the loaded image, and of the Toolbox's own result on
    /// the same `mask`: a plane for each channel, 1 where a sample is kept.
    func objective(
        _ result: [UInt8], mask: [UInt8], _ arguments: [String: Argument]
    ) throws -> (ours: Double, theirs: Double) {
        let files = ["result.raw", "mask.raw"].map { folder.appendingPathComponent($0) }
        for (file, bytes) in zip(files, [result, mask]) { try Data(bytes).write(to: file) }
        let answer = try ask(Objective(path: files[0].path, maskPath: files[1].path, arguments: arguments))
        guard let ours = answer.objective, let theirs = answer.peerObjective else {
            throw LoadError.invalid("no objective in the peer's answer")
        }
        return (ours, theirs)
    }

    private func ask(_ request: some Encodable) throws -> Answer {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        try requests.fileHandleForWriting.write(contentsOf: encoder.encode(request) + Data([0x0A]))
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let answer = try decoder.decode(Answer.self, from: try line())
        if let error = answer.error { throw LoadError.invalid("the peer: \(error)") }
        return answer
    }

    private func line() throws -> Data {
        while true {
            if let end = pending.firstIndex(of: 0x0A) {
                defer { pending.removeFirst(end + 1) }
                return Data(pending[..<end])
            }
            let bytes = answers.fileHandleForReading.availableData
            guard !bytes.isEmpty else { throw LoadError.invalid("the peer ended: run scripts/setup.sh reference") }
            pending += bytes
        }
    }
}
