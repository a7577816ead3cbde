import PixelCore

/// One setting: a row of the table that drives flags, environment, file, `config show` and the documentation.
struct SettingDescriptor: Sendable {
    /// What a setting is about; a section of the documentation.
    enum Group: String, CaseIterable, Sendable {
        case addresses = "Addresses"
        case policy = "Policy"
        case audit = "Audit log and key"
        case timeouts = "Times"
        case resources = "Threads and budgets"
        case logs = "Logs"
    }

    /// Where a value may come from besides the default.
    enum Source: Sendable {
        case flag, environment, environmentFile, file
    }

    /// The name in the file, snake case: `audit_directory`.
    let key: String
    /// What it is about.
    let group: Group
    /// One sentence with the unit.
    let summary: String
    /// What a value looks like, as words that follow "must be": `a time such as 5s`.
    let form: String
    /// Where a value may come from.
    let sources: [Source]
    /// True when its value is never printed.
    let isSecret: Bool
    /// Words for the default where the value itself does not say.
    let defaultText: String?
    /// Puts the value that a text means in its place; what is wrong with the text otherwise.
    let read: @Sendable (String, inout ServeSettings) -> String?
    /// The value as text that reads back as it; nil when none is set.
    let show: @Sendable (ServeSettings) -> String?

    /// The flag, kebab case with two hyphens: `--audit-directory`.
    var flag: String { "--" + key.replacing("_", with: "-") }

    /// The environment variable: `PORTCULLIS_AUDIT_DIRECTORY`.
    var variable: String { Self.prefix + key.uppercased() }

    /// The environment variable that names a file with the value; nil where there is none.
    var fileVariable: String? { sources.contains(.environmentFile) ? variable + "_FILE" : nil }

    /// What every environment variable of ours begins with.
    static let prefix = "PORTCULLIS_"

    /// The default for people: `5s`, `half the cores`.
    var defaultDescription: String { defaultText ?? show(ServeSettings()) ?? "none" }
}

extension SettingDescriptor {
    /// A setting whose texts `parse` turns into a value at `path`.
    static func make<Value>(
        _ key: String, _ group: Group, _ path: any WritableKeyPath<ServeSettings, Value> & Sendable, form: String,
        summary: String, parse: @escaping @Sendable (String) -> Value?, print: @escaping @Sendable (Value) -> String
    ) -> SettingDescriptor {
        SettingDescriptor(
            key: key, group: group, summary: summary, form: form, sources: [.flag, .environment, .file],
            isSecret: false, defaultText: nil,
            read: { text, settings in
                guard let value = parse(text) else { return "must be \(form)" }
                settings[keyPath: path] = value
                return nil
            },
            show: { print($0[keyPath: path]) })
    }

    /// A setting that may be left open. Apart from `make`, because there a failed `parse` of an optional type would be
    /// taken for the value nil.
    static func optional<Value>(
        _ key: String, _ group: Group, _ path: any WritableKeyPath<ServeSettings, Value?> & Sendable, form: String,
        summary: String, sources: [Source] = [.flag, .environment, .file], isSecret: Bool = false, defaultText: String,
        parse: @escaping @Sendable (String) -> Value?, print: @escaping @Sendable (Value) -> String
    ) -> SettingDescriptor {
        SettingDescriptor(
            key: key, group: group, summary: summary, form: form, sources: sources, isSecret: isSecret,
            defaultText: defaultText,
            read: { text, settings in
                guard let value = parse(text) else { return "must be \(form)" }
                settings[keyPath: path] = value
                return nil
            },
            show: { $0[keyPath: path].map(print) })
    }

    /// A time within `range`.
    static func time(
        _ key: String, _ group: Group, _ path: any WritableKeyPath<ServeSettings, Duration> & Sendable,
        _ range: ClosedRange<Duration>, summary: String
    ) -> SettingDescriptor {
        let bounds = "from \(Quantity.text(range.lowerBound)) to \(Quantity.text(range.upperBound))"
        return make(
            key, group, path, form: "\(Quantity.durationForm), \(bounds)", summary: summary,
            parse: { Quantity.duration($0).flatMap { range.contains($0) ? $0 : nil } }, print: { Quantity.text($0) })
    }

    /// A number of bytes within `range`.
    static func size(
        _ key: String, _ group: Group, _ path: any WritableKeyPath<ServeSettings, Int> & Sendable,
        _ range: ClosedRange<Int>, summary: String
    ) -> SettingDescriptor {
        let bounds = "from \(Quantity.text(bytes: range.lowerBound)) to \(Quantity.text(bytes: range.upperBound))"
        return make(
            key, group, path, form: "\(Quantity.sizeForm), \(bounds)", summary: summary,
            parse: { Quantity.bytes($0).flatMap { range.contains($0) ? $0 : nil } },
            print: { Quantity.text(bytes: $0) })
    }

    /// A whole number within `range`.
    static func count(
        _ key: String, _ group: Group, _ path: any WritableKeyPath<ServeSettings, Int> & Sendable,
        _ range: ClosedRange<Int>, summary: String
    ) -> SettingDescriptor {
        make(
            key, group, path, form: "a whole number from \(range.lowerBound) to \(range.upperBound)", summary: summary,
            parse: { Int($0).flatMap { range.contains($0) ? $0 : nil } }, print: { String($0) })
    }

    /// Text that is not blank.
    static func text(
        _ key: String, _ group: Group, _ path: any WritableKeyPath<ServeSettings, String> & Sendable, form: String,
        summary: String
    ) -> SettingDescriptor {
        make(
            key, group, path, form: form, summary: summary, parse: { $0.isEmpty ? nil : $0 }, print: { $0 })
    }
}
