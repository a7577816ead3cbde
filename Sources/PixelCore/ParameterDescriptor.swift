/// What a defense or detector may be told in a policy: one named, typed, bounded value.
///
/// One table of these per type drives the policy decoder, the catalogue and the documentation.
package struct ParameterDescriptor: Hashable, Sendable {
    /// What values are allowed.
    package enum Kind: Hashable, Sendable {
        /// A whole number in a closed range.
        case integer(ClosedRange<Int>)
        /// A real number in a closed range.
        case real(ClosedRange<Double>)
        /// One of these words.
        case choice([String])
        /// A list of squeezer names, each a defense with its parameters in short form (`bit-depth(1)`).
        case pipelines
    }

    /// The key in a policy, snake case.
    package let name: String
    /// What values are allowed.
    package let kind: Kind
    /// The value that holds when the policy does not say.
    package let defaultValue: ParameterValue
    /// One sentence with the unit.
    package let summary: String

    /// A parameter of this name.
    package init(name: String, kind: Kind, defaultValue: ParameterValue, summary: String) {
        self.name = name
        self.kind = kind
        self.defaultValue = defaultValue
        self.summary = summary
    }
}

/// A value given to a parameter.
package enum ParameterValue: Hashable, Sendable {
    /// A whole number.
    case integer(Int)
    /// A real number.
    case real(Double)
    /// A word.
    case text(String)
    /// Several words.
    case list([String])
}
