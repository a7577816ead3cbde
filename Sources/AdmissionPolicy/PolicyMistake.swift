/// One thing wrong with a policy, and where.
package struct PolicyMistake: Hashable, Sendable {
    /// Line from 1; 0 when the document as a whole is meant.
    package let line: Int
    /// Column from 1; 0 when the line as a whole is meant.
    package let column: Int
    /// What is wrong and what would do, one sentence.
    package let message: String

    /// A mistake, each member named.
    package init(line: Int, column: Int, message: String) {
        self.line = line
        self.column = column
        self.message = message
    }
}

/// Every mistake of a document, together.
package struct PolicyMistakes: Error, Hashable, Sendable {
    /// Where the document was read from.
    package let origin: String
    /// In the order of the document, never empty.
    package let mistakes: [PolicyMistake]

    /// All mistakes of one document.
    package init(origin: String, mistakes: [PolicyMistake]) {
        self.origin = origin
        self.mistakes = mistakes
    }
}
