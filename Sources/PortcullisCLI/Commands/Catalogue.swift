import AdversarialDetectors
import ArgumentParser
import ImageDefenses

/// `portcullis catalogue`: every defense and detector there is.
struct Catalogue: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lists defenses and detectors with their parameters, sources and known weaknesses.",
        discussion: """
            The names are those of a policy.

            Examples:
              portcullis catalogue
              portcullis catalogue --json
            """)

    @Flag(help: "Print one JSON object.") var json = false
    @Flag(help: "Print Markdown.") var markdown = false

    func validate() throws {
        if json, markdown { throw ValidationError("--json and --markdown exclude each other") }
    }

    func run() async throws {
        let defenses = DefenseCatalogue.descriptors
        let detectors = DetectorCatalogue.descriptors
        if json {
            let object = JSONText.object([
                ("defenses", .array(defenses.map(CatalogueText.json))),
                ("detectors", .array(detectors.map(CatalogueText.json))),
            ])
            Terminal.print(object.pretty)
        } else if markdown {
            Terminal.print(CatalogueText.markdown(defenses: defenses, detectors: detectors))
        } else {
            Terminal.print(CatalogueText.plain(defenses: defenses, detectors: detectors))
        }
    }
}
