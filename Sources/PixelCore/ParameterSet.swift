/// Parameter values checked against their descriptors, defaults filled in.
package struct ParameterSet: Hashable, Sendable {
    /// Every parameter of the descriptors, by name.
    package let values: [String: ParameterValue]

    /// The values of `given`, and the default of each descriptor that `given` does not name.
    ///
    /// A whole number is accepted where a real one is meant, a single word where a list is meant. Throws
    /// `ParameterFault` for the first fault in the order of the descriptors; unknown names come first.
    package init(
        _ given: [String: ParameterValue], against descriptors: [ParameterDescriptor]
    ) throws(ParameterFault) {
        let known = descriptors.map(\.name)
        if let unknown = given.keys.sorted().first(where: { !known.contains($0) }) {
            let allowed = known.isEmpty ? "no parameters" : "one of " + known.joined(separator: ", ")
            throw ParameterFault(name: unknown, allowed: allowed)
        }
        var values: [String: ParameterValue] = [:]
        for descriptor in descriptors {
            let value = given[descriptor.name] ?? descriptor.defaultValue
            guard let accepted = descriptor.kind.accepting(value) else {
                throw ParameterFault(name: descriptor.name, allowed: descriptor.kind.allowed)
            }
            values[descriptor.name] = accepted
        }
        self.values = values
    }

    /// The whole number called `name`, which a descriptor must declare as one.
    package func integer(_ name: String) -> Int {
        guard case .integer(let value)? = values[name] else { return undeclared("integer", name, 0) }
        return value
    }

    /// The real number called `name`, which a descriptor must declare as one.
    package func real(_ name: String) -> Double {
        guard case .real(let value)? = values[name] else { return undeclared("real number", name, 0) }
        return value
    }

    /// The word called `name`, which a descriptor must declare as a choice.
    package func text(_ name: String) -> String {
        guard case .text(let value)? = values[name] else { return undeclared("word", name, "") }
        return value
    }

    /// The list called `name`, which a descriptor must declare as pipelines.
    package func list(_ name: String) -> [String] {
        guard case .list(let value)? = values[name] else { return undeclared("list", name, []) }
        return value
    }

    /// Stops at a name that the type's own descriptors do not declare so: a mistake that its first test shows.
    private func undeclared<T>(_ what: String, _ name: String, _ nothing: T) -> T {
        precondition(false, "no \(what) \(name)")
        return nothing
    }
}

/// A parameter that is unknown, of the wrong kind or out of range.
package struct ParameterFault: Error, Hashable, Sendable {
    /// The parameter.
    package let name: String
    /// What would do, as words that follow "must be": `a whole number from 1 to 7`.
    package let allowed: String
}

extension ParameterDescriptor.Kind {
    /// What values are allowed, as words that follow "must be": `a whole number from 1 to 7`.
    package var allowed: String {
        switch self {
        case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .real(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
        case .choice(let words): "one of " + words.joined(separator: ", ")
        case .pipelines: "a list of at least one defense in short form, such as median(2)"
        }
    }

    /// `value` in the case that belongs to this kind; nil when it is not allowed.
    fileprivate func accepting(_ value: ParameterValue) -> ParameterValue? {
        switch (self, value) {
        case (.integer(let range), .integer(let number)): range.contains(number) ? value : nil
        case (.real(let range), .real(let number)): range.contains(number) ? value : nil
        case (.real(let range), .integer(let number)): range.contains(Double(number)) ? .real(Double(number)) : nil
        case (.choice(let words), .text(let word)): words.contains(word) ? value : nil
        case (.pipelines, .list(let names)): names.isEmpty ? nil : value
        case (.pipelines, .text(let name)): .list([name])
        default: nil
        }
    }
}
