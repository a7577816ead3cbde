internal import Crypto
internal import Foundation
package import PixelCore

/// The secret that all randomness of a deployment derives from. It lives in a file of mode 0600 and never leaves it.
package struct DeploymentKey: Sendable {
    private let secret: SymmetricKey
    /// The first 8 hex digits of SHA-256 over a fixed label and the key: names the key in records without revealing it.
    package let id: String

    /// A key of these bytes, at least 16.
    package init(bytes: [UInt8]) throws(DeploymentKeyError) {
        guard bytes.count >= 16 else { throw .tooShort(bytes: bytes.count) }
        self.secret = SymmetricKey(data: bytes)
        let digest = SHA256.hash(data: Array("portcullis key id".utf8) + bytes)
        self.id = String(Hex.encode(digest).prefix(8))
    }

    /// A fresh random key that is kept nowhere, for one-shot commands.
    package static func ephemeral() -> DeploymentKey {
        let key = SymmetricKey(size: .bits256)
        let bytes = key.withUnsafeBytes { Array($0) }
        return DeploymentKey(secret: key, bytes: bytes)
    }

    private init(secret: SymmetricKey, bytes: [UInt8]) {
        self.secret = secret
        self.id = String(Hex.encode(SHA256.hash(data: Array("portcullis key id".utf8) + bytes)).prefix(8))
    }

    /// The key in the file at `path`: 64 hex digits and a newline. Made, mode 0600, when there is none.
    ///
    /// Throws when the file can be read by others than its owner, holds something else, or cannot be made.
    package static func loadOrCreate(path: String) throws(DeploymentKeyError) -> DeploymentKey {
        let descriptor = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            defer { close(descriptor) }
            return try create(descriptor, path: path)
        }
        guard errno == EEXIST else { throw .unwritable(path: path, reason: String(cString: strerror(errno))) }
        return try load(path: path)
    }

    private static func create(_ descriptor: Int32, path: String) throws(DeploymentKeyError) -> DeploymentKey {
        let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        let text = Array((Hex.encode(bytes) + "\n").utf8)
        guard write(descriptor, text, text.count) == text.count, fsync(descriptor) == 0 else {
            let reason = String(cString: strerror(errno))
            unlink(path)
            throw .unwritable(path: path, reason: reason)
        }
        return try DeploymentKey(bytes: bytes)
    }

    private static func load(path: String) throws(DeploymentKeyError) -> DeploymentKey {
        var status = stat()
        guard stat(path, &status) == 0 else { throw .unreadable(path: path, reason: String(cString: strerror(errno))) }
        guard status.st_mode & 0o077 == 0 else { throw .tooOpen(path: path) }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw .unreadable(path: path, reason: "not readable by this user")
        }
        guard let bytes = Hex.decode(String(decoding: data, as: UTF8.self)) else { throw .notHex(path: path) }
        return try DeploymentKey(bytes: bytes)
    }

    /// The generator of one purpose for one image: ChaCha20 keyed by HMAC-SHA256(key, purpose, 0, SHA-256 of the pixels).
    ///
    /// Equal pixels get equal draws, so that an attacker cannot average over exact repeats.
    package func generator(purpose: String, pixelsSHA256: String) -> ChaChaGenerator {
        let message = Array(purpose.utf8) + [0] + Array(pixelsSHA256.utf8)
        return ChaChaGenerator(key: Array(HMAC<SHA256>.authenticationCode(for: message, using: secret)))
    }
}

/// Why there is no deployment key.
package enum DeploymentKeyError: Error, Hashable, Sendable, CustomStringConvertible {
    case tooShort(bytes: Int)
    case tooOpen(path: String)
    case notHex(path: String)
    case unreadable(path: String, reason: String)
    case unwritable(path: String, reason: String)

    /// What was wrong and what to do.
    package var description: String {
        switch self {
        case .tooShort(let bytes): "the deployment key has \(bytes) bytes; it needs at least 16 (32 hex digits)"
        case .tooOpen(let path): "the key file \(path) can be read by others; run: chmod 600 \(path)"
        case .notHex(let path): "the key file \(path) must hold hex digits alone; delete it to have a new key made"
        case .unreadable(let path, let reason): "the key file \(path) cannot be read: \(reason)"
        case .unwritable(let path, let reason): "the key file \(path) cannot be made: \(reason)"
        }
    }
}
