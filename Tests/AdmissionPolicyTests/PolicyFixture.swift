import Foundation
import Testing

@testable import AdmissionPolicy

/// A small sound policy, to be changed by tests.
enum PolicyFixture {
    static let text = """
        version: 1
        name: small
        mode: enforce
        routes:
          - name: images
            match: {methods: [POST], paths: ["/classify/**"]}
            scores: auto
            forward: {pixels: sanitized, format: png}
            detectors:
              - container-integrity
              - {use: feature-squeezing, squeezers: ["bit-depth(1)", "median(2)"]}
              - near-duplicates
            rules:
              - name: squeezed
                when: {detector: feature-squeezing, above: {raw: 1.0}}
                then: divert

        """

    static func plan(_ text: String = text) throws(PolicyMistakes) -> PolicyPlan {
        try PolicyLoader.load(bytes: Array(text.utf8), origin: "small.yaml")
    }

    /// The mistakes of the small policy after `old` is replaced by `new`; empty when it loads.
    static func mistakes(replacing old: String, with new: String) -> [PolicyMistake] {
        #expect(text.contains(old), "the fixture has no \(old)")
        return mistakes(text.replacingOccurrences(of: old, with: new))
    }

    static func mistakes(_ text: String) -> [PolicyMistake] {
        do throws(PolicyMistakes) {
            _ = try plan(text)
            return []
        } catch {
            return error.mistakes
        }
    }
}
