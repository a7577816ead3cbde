import ArgumentParser

struct Evaluate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "x")

    func run() async throws {}
}
