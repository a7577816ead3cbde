package import AdmissionPolicy

/// An image whose verdict is known, sent through the guard again and again: a clean one that must pass, an attacked one
/// that must be found. Where the model, the policy or the guard itself changed unseen, canaries are judged otherwise.
package struct Canary: Hashable, Sendable {
    /// For the record: the file's name.
    package let name: String
    /// Where it is sent: the path of a guarded route.
    package let path: String
    /// Its media type.
    package let mediaType: String
    /// The encoded image.
    package let bytes: [UInt8]
    /// How it was judged when it was chosen.
    package let verdict: VerdictKind
    /// What the model read in it then; nil where that does not matter.
    package let label: String?

    /// A canary, each member named.
    package init(
        name: String, path: String, mediaType: String, bytes: [UInt8], verdict: VerdictKind, label: String?
    ) {
        self.name = name
        self.path = path
        self.mediaType = mediaType
        self.bytes = bytes
        self.verdict = verdict
        self.label = label
    }
}
