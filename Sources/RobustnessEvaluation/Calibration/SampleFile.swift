/// One file of a clean sample.
package struct SampleFile: Hashable, Sendable {
    /// Where it is.
    package let path: String
    /// Of its bytes, 64 hex digits.
    package let sha256: String
    /// What a client would declare; nil for nothing.
    package let mediaType: String?

    /// A file, each member named.
    package init(path: String, sha256: String, mediaType: String?) {
        self.path = path
        self.sha256 = sha256
        self.mediaType = mediaType
    }
}

/// How a clean sample is divided, by the files' hashes alone: the same files are always divided the same way, and a file
/// never changes sides because others came or went.
package struct SampleSplit: Hashable, Sendable {
    /// The share of files that fitted detectors learn from; 0 where none is fitted.
    package let fitShare: Double
    /// Fitted detectors learn from these; ascending by hash, each content once.
    package let fit: [SampleFile]
    /// These set thresholds; ascending by hash, each content once.
    package let threshold: [SampleFile]
    /// Files left out because another one has the same bytes.
    package let duplicates: Int

    /// The parts of `files`. Of several files with the same bytes the one with the first path stays.
    package init(_ files: [SampleFile], fitShare: Double) {
        var seen: Set<String> = []
        var distinct: [SampleFile] = []
        for file in files.sorted(by: { ($0.sha256, $0.path) < ($1.sha256, $1.path) })
        where seen.insert(file.sha256).inserted {
            distinct.append(file)
        }
        self.fitShare = fitShare
        fit = distinct.filter { Self.isForFit($0.sha256, share: fitShare) }
        threshold = distinct.filter { !Self.isForFit($0.sha256, share: fitShare) }
        duplicates = files.count - distinct.count
    }

    /// True when the first 32 bits of the hash are below `share` of their range.
    package static func isForFit(_ sha256: String, share: Double) -> Bool {
        Double(UInt32(sha256.prefix(8), radix: 16) ?? 0) < share * 4_294_967_296
    }

    /// The half, 0 or 1, for measuring out of sample: the lowest bit of the hash.
    package static func half(_ sha256: String) -> Int {
        (sha256.last?.hexDigitValue ?? 0) & 1
    }

    /// For the calibration file.
    package var rule: String {
        fitShare > 0
            ? "files whose SHA-256 begins below \(fitShare) of the range of its first 32 bits are for fitting"
            : "all files set thresholds"
    }
}
