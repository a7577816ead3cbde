import CEmbeddedFiles

/// A picture that the binary carries for the demo, from examples/images.
package struct DemoExample: Hashable, Sendable {
    /// Where the demo sends a picture.
    package enum Kind: String, Hashable, Sendable {
        /// 28×28, white ink on black: `/digit`.
        case digit
        /// A whole scan: `/cheque`.
        case cheque
    }

    /// The file's name, such as `digit-7-clean.png`.
    package let name: String
    /// The PNG file.
    package let bytes: [UInt8]
    /// What a person reads in it: a digit or an amount.
    package let truth: String
    /// What the attacker wants the model to read; nil when nobody tampered with it.
    package let attackers: String?
    /// What it shows.
    package let kind: Kind

    /// All pictures in the order that the demo sends them: digits first, of each kind the clean ones first.
    package static func all() -> [DemoExample] {
        UnsafeBufferPointer(start: portcullis_examples, count: portcullis_examples_count).compactMap { example in
            guard let kind = Kind(rawValue: String(cString: example.kind)) else { return nil }
            let attackers = String(cString: example.attackers)
            return DemoExample(
                name: String(cString: example.name),
                bytes: Array(UnsafeBufferPointer(start: example.bytes, count: example.size)),
                truth: String(cString: example.truth), attackers: attackers.isEmpty ? nil : attackers, kind: kind)
        }
    }
}
