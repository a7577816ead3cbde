internal import AuditTrail

/// Somebody else's figures, to stand beside ours: `{"detected pgd at 5 %": {"name": "reference", "value": 0.46}}`.
package struct PeerFigures: Hashable, Sendable {
    /// One figure.
    package struct Figure: Hashable, Sendable {
        /// Whose it is.
        package let name: String
        /// In the unit of the row.
        package let value: Double
    }

    /// By the name of the row.
    package let figures: [String: Figure]

    /// No figures.
    package init() { figures = [:] }

    /// The figures in `bytes`, a JSON object. Throws one sentence about what is wrong.
    package init(json bytes: [UInt8]) throws(PeerFiguresError) {
        guard let value = try? JSONParser.parse(bytes), case .object(let members) = value else {
            throw PeerFiguresError(reason: "is no JSON object")
        }
        var figures: [String: Figure] = [:]
        for member in members {
            guard let name = member.value["name"]?.string, let number = member.value["value"]?.number else {
                throw PeerFiguresError(
                    reason: "the row \"\(member.key)\" must hold {\"name\": TEXT, \"value\": NUMBER}")
            }
            if let extra = member.value.members.first(where: { $0.key != "name" && $0.key != "value" }) {
                throw PeerFiguresError(reason: "the row \"\(member.key)\" holds an unknown key \"\(extra.key)\"")
            }
            figures[member.key] = Figure(name: name, value: number)
        }
        self.figures = figures
    }

    /// The peer of `row`. The ratio, ours being better above 1, is left out where the row has a target, which then holds
    /// the value itself, and where a figure of 0 has none.
    func peer(of row: ResultRow, isLessBetter: Bool) -> ResultRow.Peer? {
        guard let figure = figures[row.name] else { return nil }
        let ratio = isLessBetter ? figure.value / row.value : row.value / figure.value
        let hasRatio = row.target == nil && ratio.isFinite && ratio > 0
        return ResultRow.Peer(name: figure.name, value: figure.value, ratio: hasRatio ? ratio : nil)
    }
}

/// Why a file of peers' figures cannot be used.
package struct PeerFiguresError: Error, Hashable, Sendable {
    /// Words that follow the file's name.
    package let reason: String
}
