import AdmissionPolicy
import Foundation
import PixelCore

/// Where an effective value came from.
enum SettingOrigin: Hashable, Sendable, CustomStringConvertible {
    case flag(String)
    case environment(String)
    case file(path: String, line: Int)
    case defaultValue

    /// `flag --listen`, `env PORTCULLIS_LISTEN`, `portcullis.yaml:3`, `default`.
    var description: String {
        switch self {
        case .flag(let name): "flag \(name)"
        case .environment(let name): "env \(name)"
        case .file(let path, let line): "\(path):\(line)"
        case .defaultValue: "default"
        }
    }
}

/// The settings that hold, and where each came from.
struct EffectiveSettings: Sendable {
    /// The values.
    let values: ServeSettings
    /// By key; every key of the table is there.
    let origins: [String: SettingOrigin]
}

/// Everything that is wrong with a configuration, together.
struct ConfigurationMistakes: Error, Hashable, Sendable {
    /// One sentence each, with its place.
    let mistakes: [String]
}

/// Merges flags over environment over the file over the defaults.
struct SettingsResolver: Sendable {
    /// Values of flags that were given, by key.
    let flags: [String: String]
    /// The process's environment.
    let environment: [String: String]
    /// The file that `--config` named; nil to look at `PORTCULLIS_CONFIG`.
    let configurationPath: String?
    /// Reads a file; a sentence when it cannot.
    var readFile: @Sendable (String) -> Result<[UInt8], FileReadingError> = { BoundedFile.read($0, limit: 1 << 20) }

    /// The variable that names the configuration file.
    static let pathVariable = SettingDescriptor.prefix + "CONFIG"

    /// The merged settings. Throws every mistake of every source at once.
    func resolve() throws(ConfigurationMistakes) -> EffectiveSettings {
        var mistakes: [String] = []
        var settings = ServeSettings()
        var origins = Dictionary(uniqueKeysWithValues: SettingsTable.all.map { ($0.key, SettingOrigin.defaultValue) })
        // From weak to strong, so that the stronger overwrites; a mistake is one even where it is overwritten.
        let given = fileValues(&mistakes) + environmentValues(&mistakes) + flagValues()
        for value in given {
            guard let row = SettingsTable.descriptor(value.key) else { continue }
            if let complaint = row.read(value.text, &settings) {
                let shown = row.isSecret ? "the value" : "\"\(value.text.prefix(80))\""
                mistakes.append("\(Self.place(value.origin)): \(row.key) \(complaint); \(shown) is not")
            } else {
                origins[value.key] = value.origin
            }
        }
        if !mistakes.isEmpty { throw ConfigurationMistakes(mistakes: mistakes) }
        return EffectiveSettings(values: settings, origins: origins)
    }

    // MARK: Sources

    private struct Given {
        let key: String
        let text: String
        let origin: SettingOrigin
    }

    private func flagValues() -> [Given] {
        SettingsTable.all.compactMap { row in
            flags[row.key].map { Given(key: row.key, text: $0, origin: .flag(row.flag)) }
        }
    }

    private func environmentValues(_ mistakes: inout [String]) -> [Given] {
        let rows = SettingsTable.all.filter { $0.sources.contains(.environment) }
        let known = rows.map(\.variable) + rows.compactMap(\.fileVariable) + [Self.pathVariable]
        for name in environment.keys.sorted()
        where name.hasPrefix(SettingDescriptor.prefix) && !known.contains(name) && !Self.isServiceLink(name) {
            mistakes.append("env \(name): there is no such setting\(Self.suggestion(name, known))")
        }
        var given: [Given] = []
        for row in rows {
            let value = environment[row.variable]
            if let value { given.append(Given(key: row.key, text: value, origin: .environment(row.variable))) }
            guard let variable = row.fileVariable, let path = environment[variable] else { continue }
            guard value == nil else {
                mistakes.append("env \(variable): \(row.variable) is set as well; keep one of them")
                continue
            }
            switch readFile(path) {
            case .failure(let error):
                mistakes.append("env \(variable): \(path) \(error.reason)")
            case .success(let bytes):
                let text = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
                given.append(Given(key: row.key, text: text, origin: .environment(variable)))
            }
        }
        return given
    }

    private func fileValues(_ mistakes: inout [String]) -> [Given] {
        guard let path = configurationPath ?? environment[Self.pathVariable] else { return [] }
        let bytes: [UInt8]
        switch readFile(path) {
        case .success(let content): bytes = content
        case .failure(let error):
            mistakes.append("\(path): \(error.reason)")
            return []
        }
        let reading = FlatYAML.read(bytes)
        mistakes += reading.mistakes.map { "\(PolicyText.place($0, origin: path)): \($0.message)" }
        let rows = SettingsTable.all.filter { $0.sources.contains(.file) }
        return reading.entries.compactMap { entry in
            if rows.contains(where: { $0.key == entry.key }) {
                return Given(key: entry.key, text: entry.value, origin: .file(path: path, line: entry.line))
            }
            let place = "\(path):\(entry.line):\(entry.column)"
            if let row = SettingsTable.descriptor(entry.key) {
                mistakes.append(
                    "\(place): \(entry.key) is a secret; give it as \(row.variable), or its file as key_file")
            } else {
                let hint = Self.suggestion(entry.key, rows.map(\.key))
                mistakes.append("\(place): \(entry.key): there is no such setting\(hint)")
            }
            return nil
        }
    }

    private static func suggestion(_ name: String, _ known: [String]) -> String {
        // The prefix that all variables share would make any two of them look alike.
        let prefix = SettingDescriptor.prefix
        let isVariable = name.hasPrefix(prefix)
        let cut = { (text: String) in isVariable ? String(text.dropFirst(prefix.count)).lowercased() : text }
        guard let nearest = NearestName.nearest(to: cut(name), in: known.map(cut)) else { return "" }
        return "; did you mean \(isVariable ? prefix + nearest.uppercased() : nearest)?"
    }

    private static func place(_ origin: SettingOrigin) -> String { origin.description }

    /// What Kubernetes and Docker set on their own when a service is called "portcullis": `PORTCULLIS_SERVICE_HOST`,
    /// `PORTCULLIS_PORT`, `PORTCULLIS_PORT_8080_TCP_ADDR`, ….
    static func isServiceLink(_ name: String) -> Bool {
        let rest = name.dropFirst(SettingDescriptor.prefix.count)
        if rest == "PORT" || rest == "SERVICE_HOST" || rest == "SERVICE_PORT" { return true }
        if rest.hasPrefix("SERVICE_PORT_") { return true }
        guard rest.hasPrefix("PORT_") else { return false }
        return rest.dropFirst(5).first.map { ("0"..."9").contains($0) } ?? false
    }
}
