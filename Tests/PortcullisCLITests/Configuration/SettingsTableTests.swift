import ArgumentParser
import PortcullisProxy
import Testing

@testable import PortcullisCLI

@Suite("SettingsTable")
struct SettingsTableTests {
    /// A value that every setting of a kind accepts, other than its default.
    private static let samples: [String: String] = [
        "listen": "10.0.0.1:1", "admin": "10.0.0.1:2", "upstream": "http://10.0.0.1:3", "policy": "strict",
        "mode": "enforce", "audit_directory": "elsewhere", "audit_fsync": "always", "audit_rotate_size": "1MiB",
        "audit_rotate_age": "2h", "audit_queue": "99", "instance": "pc-1", "key": "00112233445566778899aabbccddeeff",
        "key_file": "elsewhere.key", "log_format": "json", "log_level": "debug",
    ]

    private static func sample(_ row: SettingDescriptor) -> String {
        if let sample = samples[row.key] { return sample }
        if row.form.contains("a time") { return "7s" }
        return row.form.contains("a size") ? "77MiB" : "77"
    }

    @Test("every setting has a key of its own in snake case, a form and a summary that is a sentence")
    func isWellFormed() {
        #expect(Set(SettingsTable.all.map(\.key)).count == SettingsTable.all.count)
        for row in SettingsTable.all {
            #expect(row.key.allSatisfy { ("a"..."z").contains($0) || $0 == "_" }, "\(row.key)")
            #expect(row.summary.hasSuffix("."), "\(row.key)")
            #expect(!row.form.isEmpty, "\(row.key)")
        }
    }

    @Test(
        "every setting reads a value back as it writes it, and refuses nonsense",
        arguments: SettingsTable.all.map(\.key))
    func roundTrips(key: String) throws {
        let row = try #require(SettingsTable.descriptor(key))
        var settings = ServeSettings()
        let sample = Self.sample(row)
        #expect(row.read(sample, &settings) == nil)
        #expect(row.show(settings) == sample)
        #expect(row.read("", &settings) != nil, "an empty value is a mistake")
        #expect(row.show(settings) == sample, "a refused value changes nothing")
    }

    @Test("every default is a value that its own setting accepts", arguments: SettingsTable.all.map(\.key))
    func acceptsDefault(key: String) throws {
        let row = try #require(SettingsTable.descriptor(key))
        var settings = ServeSettings()
        guard let text = row.show(settings) else {
            #expect(row.defaultText != nil, "where no value shows, words say what holds")
            return
        }
        #expect(row.read(text, &settings) == nil)
    }

    @Test(
        "every setting with a flag has that flag in ServeFlags, under its own key",
        arguments: SettingsTable.all.map(\.key))
    func hasFlag(key: String) throws {
        let row = try #require(SettingsTable.descriptor(key))
        let sample = Self.sample(row)
        if row.sources.contains(.flag) {
            let flags = try ServeFlags.parse([row.flag, sample])
            #expect(flags.values == [row.key: sample])
        } else {
            #expect(throws: (any Error).self) { try ServeFlags.parse([row.flag, sample]) }
        }
    }

    @Test("ServeFlags has no flag without a setting, besides --config")
    func hasNoOtherFlag() {
        let help = ServeFlags.helpMessage(includeHidden: true)
        let flags = help.matches(of: /(?m)^\s+(--[a-z-]+)/).map { String($0.output.1) }
        let known = SettingsTable.all.filter { $0.sources.contains(.flag) }.map(\.flag) + ["--config"]
        #expect(Set(flags) == Set(known))
    }

    @Test("the proxy's own defaults hold where nothing is said")
    func keepsProxyDefaults() {
        let upstream = UpstreamAddress(host: "127.0.0.1", port: 8000)
        let ours = ServeSettings().proxyConfiguration(upstream: upstream)
        let theirs = ProxyConfiguration(upstream: upstream)
        #expect(ours.timeouts == theirs.timeouts)
        #expect(ours.limits == theirs.limits)
        #expect(ours.drainTimeout == theirs.drainTimeout)
        #expect([ours.listenPort, ours.adminPort] == [theirs.listenPort, theirs.adminPort])
        #expect([ours.listenHost, ours.adminHost] == [theirs.listenHost, theirs.adminHost])
        #expect([ours.eventLoops, ours.pixelThreads] == [theirs.eventLoops, theirs.pixelThreads])
    }

    @Test(
        "an unreadable value of a setting without a default is a mistake and not none", arguments: ["upstream", "mode"])
    func refusesOptionals(key: String) throws {
        var settings = ServeSettings()
        #expect(try #require(SettingsTable.descriptor(key)).read("ftp://x", &settings) != nil)
    }
}
