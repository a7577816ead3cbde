internal import Foundation
internal import ImageCodecs
internal import PixelCore

/// One run over folders of hostile files.
struct Replay {
    /// Truncations of each file, evenly spread.
    static let truncations = 64
    /// A decode that takes longer fails the run.
    static let slowestSeconds = 10.0

    private static let limits = DecodeLimits(
        encodedBytes: 32 << 20, width: 16_384, height: 16_384, pixels: 50_000_000, workingBytes: 256 << 20,
        progressiveScans: 100, ancillaryBytes: 8 << 20)

    private let decoder = ImageDecoder(limits: limits, options: DecodeOptions(orientation: .apply))
    private var files = 0
    private var outcomes: [String: Int] = [:]
    private var slowest = (seconds: 0.0, name: "none")

    /// Runs over the folders in `arguments`; the exit status: 0, 1 when a bound was passed, 2 for wrong arguments.
    static func run(_ arguments: [String]) -> Int32 {
        var folders: [String] = []
        var maxRSS: Int?
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--max-rss-mb" {
                guard let text = rest.popFirst(), let value = Int(text) else { return usage() }
                maxRSS = value
            } else {
                folders.append(argument)
            }
        }
        guard !folders.isEmpty else { return usage() }
        var replay = Replay()
        for folder in folders {
            guard replay.visit(folder) else {
                say("cannot read \(folder)")
                return 2
            }
        }
        let slowestBomb = replay.explode()
        return replay.report(maxRSS: maxRSS, slowestBomb: slowestBomb)
    }

    private static func usage() -> Int32 {
        say("usage: HostileReplay [--max-rss-mb N] DIR...")
        return 2
    }

    /// Standard output only: standard error stays empty, which shows that no library prints to it.
    private static func say(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }

    private mutating func visit(_ folder: String) -> Bool {
        guard let walk = FileManager.default.enumerator(atPath: folder) else { return false }
        var isEmpty = true
        for case let name as String in walk {
            let path = folder + "/" + name
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue,
                let data = FileManager.default.contents(atPath: path)
            else { continue }
            isEmpty = false
            files += 1
            replay([UInt8](data), name)
        }
        return !isEmpty
    }

    /// Decodes every bomb once; the longest time and its name.
    private mutating func explode() -> (seconds: Double, name: String) {
        let slowestFile = slowest
        slowest = (0, "none")
        for bomb in Bombs.files() {
            files += 1
            decode(bomb.bytes, bomb.name)
        }
        defer { slowest = slowestFile }
        return slowest
    }

    private mutating func replay(_ bytes: [UInt8], _ name: String) {
        decode(bytes, name)
        for i in 0..<Self.truncations {
            decode(Array(bytes.prefix(bytes.count * i / Self.truncations)), name)
        }
    }

    private mutating func decode(_ bytes: [UInt8], _ name: String) {
        let start = ContinuousClock.now
        let outcome: String
        do throws(CodecError) {
            _ = try decoder.decode(bytes, cancellation: CancellationFlag())
            outcome = "ok"
        } catch .malformed {
            outcome = "malformed"
        } catch .unsupported {
            outcome = "unsupported"
        } catch .overLimit {
            outcome = "over-limit"
        } catch {
            outcome = "malfunction"
        }
        outcomes[outcome, default: 0] += 1
        let (whole, atto) = (ContinuousClock.now - start).components
        let seconds = Double(whole) + Double(atto) * 1e-18
        if seconds > slowest.seconds { slowest = (seconds, name) }
    }

    private func report(maxRSS: Int?, slowestBomb: (seconds: Double, name: String)) -> Int32 {
        var usage = rusage()
        getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
        let peak = usage.ru_maxrss / 1024
        let counts = ["ok", "malformed", "unsupported", "over-limit", "malfunction"]
            .map { "\($0) \(outcomes[$0] ?? 0)" }.joined(separator: " ")
        let milliseconds = (slowest.seconds * 1000).rounded()
        let bombMilliseconds = (slowestBomb.seconds * 1000).rounded()
        Self.say(
            "files \(files) decodes \(outcomes.values.reduce(0, +)) \(counts) peak-rss-mb \(peak) "
                + "slowest-ms \(Int(milliseconds)) (\(slowest.name)) "
                + "slowest-bomb-ms \(Int(bombMilliseconds)) (\(slowestBomb.name))")
        var status: Int32 = 0
        if slowest.seconds > Self.slowestSeconds {
            Self.say("failed: a decode took more than \(Int(Self.slowestSeconds)) s")
            status = 1
        }
        if slowestBomb.seconds > Bombs.slowestSeconds {
            Self.say("failed: a bomb took more than \(Int(Bombs.slowestSeconds)) s")
            status = 1
        }
        if let maxRSS, peak > maxRSS {
            Self.say("failed: peak memory is over \(maxRSS) MB")
            status = 1
        }
        return status
    }
}
