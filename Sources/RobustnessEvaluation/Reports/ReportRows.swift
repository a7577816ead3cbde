extension EvaluationReport {
    /// The figures as rows of a result table, those by verdict first (`AttackSummary.rows`), then
    /// `answered right and unflagged ROLE` and `false positives ROLE` where there are several roles, accuracies,
    /// `detected ATTACK at 5 %`, `DETECTOR detected ATTACK at 5 %`, `false positives ROLE at 5 %`,
    /// `worst class false positives ROLE at 5 %`, `DETECTOR false positives ROLE at 5 %`, `area under the curve`,
    /// `accepted with attacker's label ALL if 5 % were flagged` and `answered right and unflagged clean if 5 % were flagged`,
    /// what a gate missed, and cost.
    ///
    /// A row without a detector's name is the combination's. Of the detectors alone those in `shown` have rows, all where it
    /// is nil. `targets` and `peers` hold bounds and peers' figures by row name; the other rows are informational.
    package func rows(
        shown: Set<String>? = nil, targets: [String: ResultRow.Target] = [:], peers: PeerFigures = PeerFigures()
    ) -> [ResultRow] {
        let all =
            summary.rows() + roleRows + accuracyRows + detectionRows(shown) + cleanRows(shown) + areaRows(shown)
            + frontierRows + costRows
        return all.map { row in
            var row = row
            row.target = targets[row.name]
            row.peer = peers.peer(of: row, isLessBetter: Self.isLessBetter(row.name))
            return row
        }
    }

    /// Detectors that a table can show alone.
    package var detectorNames: [String] { curves.map(\.detector).filter { $0 != EvaluatedImage.combinedName } }

    private static func isLessBetter(_ name: String) -> Bool {
        ["false positives", "accepted", "missed", "milliseconds", "extra calls"].contains { name.contains($0) }
    }

    private var accuracyRows: [ResultRow] {
        let shares: [(String, Proportion?)] = [
            ("clean accuracy without the guard", accuracy.cleanUnguarded),
            ("clean accuracy with the guard", accuracy.cleanGuarded),
            ("robust accuracy without the guard", accuracy.robustUnguarded),
            ("robust accuracy with the guard", accuracy.robustGuarded),
            ("missed by the closed gate ALL", gate?.missed),
            ("detected ALL, gate as the policy has it", gate?.detectedAsPolicy),
            ("accepted with attacker's label ALL, gate as the policy has it", gate?.acceptedAsPolicy),
        ]
        return shares.compactMap { name, share in share.flatMap { ResultRow(name: name, $0) } }
    }

    /// The combination's name is left out of rows; a detector is shown alone where it is wanted.
    private func prefix(_ detector: String, _ shown: Set<String>?) -> String? {
        if detector == EvaluatedImage.combinedName { return "" }
        return shown?.contains(detector) ?? true ? detector + " " : nil
    }

    private func detectionRows(_ shown: Set<String>?) -> [ResultRow] {
        detection.detectors.reversed().flatMap { detector -> [ResultRow] in
            guard let prefix = prefix(detector, shown) else { return [] }
            return rates.flatMap { rate in
                detection.attacks.compactMap { attack in
                    detection.cell(detector, attack, rate).flatMap {
                        ResultRow(name: "\(prefix)detected \(attack) at \(RateText.text(rate))", $0.detected)
                    }
                }
            }
        }
    }

    /// By what the policy decided: each role where there are several, and the worst class of all.
    private var roleRows: [ResultRow] {
        let named = roles.count > 1 ? roles.filter { $0.role != "ALL" } : []
        let parts = named.flatMap { role in
            [
                ResultRow(name: "answered right and unflagged \(role.role)", role.served),
                ResultRow(name: "false positives \(role.role)", role.falsePositives),
            ]
        }
        let worst = roles.last?.worstClass.flatMap {
            ResultRow(name: "worst class false positives clean", $0.falsePositives)
        }
        return (parts + [worst]).compactMap(\.self)
    }

    private func cleanRows(_ shown: Set<String>?) -> [ResultRow] {
        let roles = detection.roles.count > 2 ? detection.roles : Array(detection.roles.dropLast())
        return detection.detectors.reversed().flatMap { detector -> [ResultRow] in
            guard let prefix = prefix(detector, shown) else { return [] }
            return rates.flatMap { rate in
                roles.flatMap { role -> [ResultRow] in
                    guard let cell = detection.cleanCell(detector, role, rate) else { return [] }
                    let name = "false positives \(role == "ALL" ? "clean" : role) at \(RateText.text(rate))"
                    let worst = cell.worstClass.flatMap { worst in
                        prefix.isEmpty ? ResultRow(name: "worst class \(name)", worst.falsePositives) : nil
                    }
                    return [ResultRow(name: prefix + name, cell.falsePositives), worst].compactMap(\.self)
                }
            }
        }
    }

    private func areaRows(_ shown: Set<String>?) -> [ResultRow] {
        curves.reversed().compactMap { item in
            prefix(item.detector, shown).map {
                ResultRow(name: $0 + "area under the curve", value: item.curve.area, unit: "share")
            }
        }
    }

    /// The protection frontier at a few rates: what a client would have got, were the combined p-value alone to flag.
    private var frontierRows: [ResultRow] {
        (frontier?.points ?? []).filter { Self.frontierRates.contains($0.rate) }.flatMap { point in
            let rate = point.rate == 0 ? "nothing was" : "\(RateText.text(point.rate)) were"
            return [
                ResultRow(name: "accepted with attacker's label ALL if \(rate) flagged", point.accepted),
                ResultRow(name: "answered right and unflagged clean if \(rate) flagged", point.served),
            ].compactMap(\.self)
        }
    }

    private static let frontierRates: Set<Double> = [0, 0.001, 0.01, 0.02, 0.05, 0.1, 0.2]

    private var costRows: [ResultRow] {
        let figures: [(String, Double?, String)] = [
            ("milliseconds p50", cost.guarded?.median, "ms"), ("milliseconds p95", cost.guarded?.p95, "ms"),
            ("milliseconds p99", cost.guarded?.p99, "ms"),
            ("milliseconds p50 without the guard", cost.unguarded?.median, "ms"),
            ("extra calls a request", cost.extraCalls?.mean, "calls"),
            ("extra calls a request, gate as the policy has it", cost.extraCallsAsPolicy?.mean, "calls"),
        ]
        return figures.compactMap { name, value, unit in
            value.map { ResultRow(name: name, value: $0, unit: unit) }
        }
    }
}
