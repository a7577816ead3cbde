import ArgumentParser
import Foundation
import Logging
import PixelCore
import ServiceLifecycle
import UnixSignals

/// `portcullis demo-model`: the embedded model alone.
struct DemoModelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo-model",
        abstract: "Serves the embedded digit model alone, unguarded: something to put the guard in front of.",
        discussion: """
            POST /digit takes a PNG or JPEG of 28 by 28 pixels, white on black, and answers the digit and ten probabilities. \
            POST /cheque takes a whole scan and answers the amount and the probabilities of each digit.

            Example:
              portcullis demo-model --listen 127.0.0.1:8501
            """)

    @Option(help: ArgumentHelp("Address and port; port 0 lets the system choose.", valueName: "host:port"))
    var listen = "127.0.0.1:8501"
    @Option(
        help: ArgumentHelp(
            "Read a cheque's digits at these boxes, in pixels, instead of finding them: x,y,width,height;….",
            valueName: "boxes"))
    var boxes: String?

    func run() async throws {
        guard let address = ListenAddress(listen) else {
            throw CommandFailure.usage("--listen must be host:port; \"\(listen)\" is not")
        }
        let regions = try boxes.map { text throws(CommandFailure) in try Self.regions(text) }
        var settings = ServeSettings()
        settings.logLevel = "error"
        let logger = LineLogHandler.logger(settings)
        let server = DemoModelServer(model: try EmbeddedModel(boxes: regions), listen: address, logger: logger)
        let service = server.service { port in
            let base = "http://\(ListenAddress(host: address.host, port: port))"
            Terminal.print("the digit model listens on \(base), unguarded")
            Terminal.print("  curl --data-binary @digit.png \(base)/digit")
            Terminal.print("  curl --data-binary @cheque.png \(base)/cheque")
        }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [service], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        do {
            try await group.run()
        } catch {
            throw CommandFailure.unreachable("cannot listen on \(address): \(error)")
        }
    }

    /// Boxes of `x,y,width,height` between semicolons.
    static func regions(_ text: String) throws(CommandFailure) -> [Region] {
        var regions: [Region] = []
        for part in text.split(separator: ";") {
            let numbers = part.split(separator: ",").map { Int($0.filter { $0 != " " }) }
            guard numbers.count == 4, let x = numbers[0], let y = numbers[1], let width = numbers[2],
                let height = numbers[3], let region = Region(x: x, y: y, width: width, height: height)
            else { throw .usage("--boxes must be x,y,width,height;… in whole pixels; \"\(part)\" is not") }
            regions.append(region)
        }
        guard !regions.isEmpty else { throw .usage("--boxes names no box") }
        return regions
    }
}
