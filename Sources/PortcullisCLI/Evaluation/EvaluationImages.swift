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

    /// The rows of `manifests` that are wanted: attacked ones of `attacks`, clean ones of `roles`, all where a list is
    /// empty; at most `limit` of each attack and of each role.
    ///
    /// Throws when a manifest has a mistake or nothing is left.
    init(manifests: [String], attacks: [String], roles: [String], limit: Int?) throws(CommandFailure) {
        var items: [Item] = []
        var counts: [String: Int] = [:]
        var seen: (attacks: Set<String>, roles: Set<String>) = ([], [])
        for path in manifests {
            let manifest: Manifest
            do throws(ManifestError) {
                manifest = try Manifest.load(path)
            } catch {
                throw .configuration(error.description)
            }
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
    }
}
