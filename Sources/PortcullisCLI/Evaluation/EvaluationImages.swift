import RobustnessEvaluation

/// The images that an evaluation sends.
struct EvaluationImages: Sendable {
    /// One image: a row of a manifest and where its file is.
    struct Item: Sendable {
        let row: Manifest.Row
        let path: String
    }

    /// In the order of the manifests.
    let items: [Item]
    /// What the manifests are and hash to.
    let sources: [EvaluationSubject.Source]

    /// Largest manifest, in bytes.
    private static let limitBytes = 256 << 20

    /// The rows of `manifests` that are wanted: attacked ones of `attacks`, clean ones of `roles`, all where a list is
    /// empty; at most `limit` of each attack and of each role.
    ///
    /// Throws when a manifest has a mistake, with its line, or nothing is left.
    init(manifests: [String], attacks: [String], roles: [String], limit: Int?) throws(CommandFailure) {
        var items: [Item] = []
        var counts: [String: Int] = [:]
        var seen: (attacks: Set<String>, roles: Set<String>) = ([], [])
        var sources: [EvaluationSubject.Source] = []
        for path in manifests {
            let (manifest, source) = try Self.load(path)
            sources.append(source)
            for row in manifest.rows {
                let isWanted: Bool
                if let attack = row.attack {
                    seen.attacks.insert(attack)
                    isWanted = attacks.isEmpty || attacks.contains(attack)
                } else {
                    let role = row.role ?? ""
                    seen.roles.insert(role)
                    isWanted = roles.isEmpty || roles.contains(role)
                }
                guard isWanted else { continue }
                let group = row.attack.map { "attack \($0)" } ?? "role \(row.role ?? "")"
                counts[group, default: 0] += 1
                if let limit, counts[group, default: 0] > limit { continue }
                items.append(Item(row: row, path: manifest.path(of: row)))
            }
        }
        for attack in attacks where !seen.attacks.contains(attack) {
            throw .usage(
                "no manifest has the attack \"\(attack)\"; there are \(seen.attacks.sorted().joined(separator: ", "))")
        }
        for role in roles where !seen.roles.contains(role) {
            throw .usage(
                "no manifest has the role \"\(role)\"; there are \(seen.roles.sorted().joined(separator: ", "))")
        }
        guard !items.isEmpty else { throw .usage("the manifests hold no image that is wanted") }
        self.items = items
        self.sources = sources
    }

    /// These items, with no manifest read again.
    private init(items: [Item], sources: [EvaluationSubject.Source]) {
        self.items = items
        self.sources = sources
    }

    /// Those at `positions` alone.
    func only(_ positions: [Int]) -> EvaluationImages {
        EvaluationImages(items: positions.map { items[$0] }, sources: sources)
    }

    private static func load(
        _ path: String
    ) throws(CommandFailure) -> (manifest: Manifest, source: EvaluationSubject.Source) {
        let bytes: [UInt8]
        switch BoundedFile.read(path, limit: limitBytes) {
        case .success(let content): bytes = content
        case .failure(let error): throw .configuration("\(path): \(error.reason)")
        }
        do throws(ManifestError) {
            return (try Manifest.parse(bytes, origin: path), EvaluationSubject.Source(name: path, bytes: bytes))
        } catch {
            throw .configuration(error.description)
        }
    }
}
