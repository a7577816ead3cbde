internal import Crypto
internal import GuardPipeline

/// SHA-256 of files, as records and calibrations name them.
package enum FileDigest {
    /// Of `bytes`, 64 hex digits.
    package static func sha256(_ bytes: [UInt8]) -> String {
        Hex.encode(SHA256.hash(data: bytes))
    }

    /// Over the digests that `hex` names, in ascending order, 32 bytes each; 64 hex digits.
    package static func sha256(ofDigests hex: some Sequence<String>) -> String {
        var hasher = SHA256()
        for digest in hex.sorted() { hasher.update(data: Hex.decode(digest) ?? []) }
        return Hex.encode(hasher.finalize())
    }
}
