internal import Foundation

/// Names the machine in result tables.
package enum MachineDescription {
    /// Processor, processors in use, memory and system: `AMD EPYC, 2 processors, 7.6 GB, Linux 6.1`.
    package static func current() -> String {
        let cpu = text(of: "/proc/cpuinfo").flatMap { value(of: "model name", in: $0) } ?? "unknown processor"
        let information = ProcessInfo.processInfo
        let memory = Decimals.fixed(Double(information.physicalMemory) / 1e9, 1)
        let system = text(of: "/proc/sys/kernel/osrelease")?.trimmingCharacters(in: .whitespacesAndNewlines)
        let name = system.map { "Linux \($0)" } ?? information.operatingSystemVersionString
        return "\(cpu), \(information.activeProcessorCount) processors, \(memory) GB, \(name)"
    }

    private static func text(of path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The value of the first line `key : value`.
    static func value(of key: String, in text: String) -> String? {
        for line in text.split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            if line[..<colon].trimmingCharacters(in: .whitespaces) == key {
                return line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            }
        }
        return nil
    }
}
