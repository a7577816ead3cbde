internal import Foundation

/// The process's own metrics, from `/proc/self`; a value that cannot be read is left out.
enum ProcessMetrics {
    /// Appends the `process_*` families.
    static func render(_ page: inout Page) {
        if let stat = stat() {
            let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
            page.family("process_cpu_seconds_total", "counter", "User and system time.")
            page.sample("process_cpu_seconds_total", [], Double(stat.ticks) / max(1, ticks))
            page.family("process_resident_memory_bytes", "gauge", "Resident memory.")
            page.sample("process_resident_memory_bytes", [], stat.residentPages * Int(sysconf(Int32(_SC_PAGESIZE))))
            if let boot = bootTime() {
                page.family("process_start_time_seconds", "gauge", "Seconds since 1970 at the start.")
                page.sample("process_start_time_seconds", [], Double(boot) + Double(stat.startTicks) / max(1, ticks))
            }
        }
        if let files = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
            page.family("process_open_fds", "gauge", "Open file descriptors.")
            page.sample("process_open_fds", [], files.count)
        }
    }

    private static func stat() -> (ticks: Int, startTicks: Int, residentPages: Int)? {
        guard let text = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return nil }
        // proc(5): the third field is the first behind the name.
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 21, let user = Int(fields[11]), let system = Int(fields[12]), let start = Int(fields[19]),
            let resident = Int(fields[21])
        else { return nil }
        return (user + system, start, resident)
    }

    private static func bootTime() -> Int? {
        guard let text = try? String(contentsOfFile: "/proc/stat", encoding: .utf8) else { return nil }
        for line in text.split(separator: "\n") where line.hasPrefix("btime ") { return Int(line.dropFirst(6)) }
        return nil
    }
}
