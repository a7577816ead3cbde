/// Finds the name that a mistyped one most likely meant.
package enum NearestName {
    /// The candidate with the fewest edits from `name`, the first of equals.
    ///
    /// Nil when the nearest is more than half of its own length away, or when `name` has more than 64 characters.
    package static func nearest(to name: String, in candidates: [String]) -> String? {
        let typed = Array(name.lowercased().unicodeScalars)
        guard typed.count <= 64 else { return nil }
        var best: (name: String, edits: Int)?
        for candidate in candidates {
            let edits = distance(typed, Array(candidate.unicodeScalars))
            if edits < best?.edits ?? Int.max { best = (candidate, edits) }
        }
        guard let best, best.edits * 2 <= best.name.unicodeScalars.count else { return nil }
        return best.name
    }

    /// Insertions, deletions and replacements that turn `a` into `b` (Levenshtein 1966).
    static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
        var row = Array(0...b.count)
        for i in a.indices {
            var diagonal = row[0]
            row[0] = i + 1
            for j in b.indices {
                let replaced = diagonal + (a[i] == b[j] ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
            }
        }
        return row[b.count]
    }
}
