import ArgumentParser

/// Everything that `make bench`, `make soak` and the second half of `make evaluate` measure.
@main
struct Benchmarks: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "PortcullisBenchmarks",
        abstract: "Measures the project against its peers and writes docs/results.",
        subcommands: [MeasureTables.self, Recovered.self], defaultSubcommand: MeasureTables.self)
}
