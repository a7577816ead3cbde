import AdmissionPolicy
import ArgumentParser

/// `portcullis policy keys`.
struct PolicyKeys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Prints every key of a policy as Markdown, with what may stand after it and its default.")

    func run() async throws {
        Terminal.print(PolicyReference.markdown)
    }
}
