import AuditTrail

/// The images that an audit log vouches for: forwarded, and never anything else.
struct AuditSample: Sendable {
    /// Clients of each image, by its hash.
    private var clientsOfImage: [String: Set<String>] = [:]
    /// Images that were once not simply forwarded.
    private var suspect: Set<String> = []
    /// Images of monitored requests whose verdict has not been seen.
    private var unsettled: Set<String> = []
    /// Requests with images by client and day.
    private var requests: [String: Int] = [:]
    /// The image of each decision, so that a later tier's outcome can be held against it.
    private var imagesOfDecision: [AuditID: [String]] = [:]

    /// What `log` says. Throws when it cannot be read or its chain is broken: whoever can write the log could write the
    /// calibration.
    static func read(_ log: String) throws(CommandFailure) -> AuditSample {
        try AuditFiles.reading { () throws(AuditError) in try AuditVerifier.verify(log) }.requireWhole(log)
        var sample = AuditSample()
        try AuditFiles.reading { () throws(AuditError) in
            var query = AuditQuery()
            query.kinds = [.decision, .outcome]
            try AuditReader(path: log).read(query) { entry, _ in
                sample.add(entry)
                return true
            }
        }
        return sample
    }

    /// Takes one record.
    mutating func add(_ entry: AuditEntry) {
        if let decision = entry.of {
            // An outcome names its decision; a later tier may have found what the decision did not.
            let hashes = imagesOfDecision[decision] ?? []
            if !Self.isPlain(entry) { suspect.formUnion(hashes) }
            if entry.wouldBeVerdict != nil { unsettled.subtract(hashes) }
            return
        }
        let hashes = (entry.value["images"]?.elements ?? []).compactMap { $0["sha256"]?.string }
        if entry.verdict != "forward" || !Self.isPlain(entry) { suspect.formUnion(hashes) }
        guard !hashes.isEmpty, let client = entry.client else { return }
        imagesOfDecision[entry.id] = hashes
        requests["\(client) \(entry.time.description.prefix(10))", default: 0] += 1
        for hash in hashes { clientsOfImage[hash, default: []].insert(client) }
        // While monitoring, the verdict may come in a later record; without it nobody has said that the image is clean.
        if entry.value["mode"]?.string == "monitor", entry.wouldBeVerdict == nil { unsettled.formUnion(hashes) }
    }

    /// True when nothing in the record speaks against its image.
    private static func isPlain(_ entry: AuditEntry) -> Bool {
        (entry.verdict ?? "forward") == "forward" && (entry.wouldBeVerdict ?? "forward") == "forward"
            && entry.value["degraded"] == nil && entry.value["fail"] == nil
            && (entry.reasonCodes.isEmpty)
    }

    private func isUsable(_ hash: String) -> Bool { !suspect.contains(hash) && !unsettled.contains(hash) }

    /// Images that may be used.
    var eligible: Int { clientsOfImage.keys.count { isUsable($0) } }
    /// Images that may not.
    var excluded: Int { suspect.union(unsettled).count }
    /// Clients of images that may be used.
    var clients: Int { Set(clientsOfImage.filter { isUsable($0.key) }.values.joined()).count }

    /// Requests with images of one client on one day: the median and the most.
    var requestsPerDay: (median: Int, most: Int)? {
        let counts = requests.values.sorted()
        guard let most = counts.last else { return nil }
        return (counts[counts.count / 2], most)
    }

    /// What was chosen.
    struct Choice: Hashable, Sendable {
        /// Hashes, ascending.
        var hashes: [String] = []
        /// Clients that they came from.
        var clients = 0
        /// Images that may be used and have no file.
        var withoutFile = 0
        /// Images that may be used, have a file and were over the cap.
        var overCap = 0
    }

    /// At most `perClient` images of every client: those with the lowest hashes, client after client in the order of their
    /// names, among those that `isThere`. An image of several clients counts for each of them.
    func choose(perClient: Int, isThere: (String) -> Bool) -> Choice {
        var choice = Choice()
        var byClient: [String: [String]] = [:]
        var available = 0
        for (hash, clients) in clientsOfImage where isUsable(hash) {
            guard isThere(hash) else {
                choice.withoutFile += 1
                continue
            }
            available += 1
            for client in clients { byClient[client, default: []].append(hash) }
        }
        let chosen = byClient.mapValues { Set($0.sorted().prefix(perClient)) }
        let hashes = chosen.values.reduce(into: Set<String>()) { $0.formUnion($1) }
        choice.hashes = hashes.sorted()
        choice.clients = chosen.count { !$0.value.isEmpty }
        choice.overCap = available - hashes.count
        return choice
    }
}

extension AuditVerification {
    /// Throws when the log was changed.
    fileprivate func requireWhole(_ path: String) throws(CommandFailure) {
        guard let fault else { return }
        throw .configuration(
            "the log \(path) is not whole (\(fault.description)); nothing is calibrated from it. `portcullis audit verify` "
                + "says more")
    }
}
