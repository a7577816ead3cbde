import DigitClassifier
import GuardPipeline
import ImageCodecs
import PixelCore

/// The embedded model behind one door: encoded bytes and a path in, a status and JSON out.
struct EmbeddedModel: ClassifierProbe {
    private let model: DemoModel
    private let path: String

    /// What the model's decoder may spend. Far more than a cheque needs; images here are the user's own.
    static let limits = DecodeLimits(
        encodedBytes: 64 << 20, width: 30_000, height: 30_000, pixels: 50_000_000, workingBytes: 512 << 20,
        progressiveScans: 100, ancillaryBytes: 8 << 20)

    /// The model that answers at `path` where nothing else is said, reading cheques at `boxes` or finding the digits.
    ///
    /// Throws `CommandFailure` when the binary's weights are damaged.
    init(path: String = "/digit", boxes: [Region]? = nil) throws(CommandFailure) {
        do {
            model = DemoModel(model: try DigitModel.embedded(), chequeBoxes: boxes)
        } catch {
            throw CommandFailure(status: .unreachable, message: "the embedded model cannot be loaded: \(error)")
        }
        self.path = path
    }

    /// The answer to `body`, a PNG or JPEG, at `path`.
    func answer(path: String, body: [UInt8]) -> (status: Int, body: [UInt8]) {
        let decoder = ImageDecoder(limits: Self.limits, options: DecodeOptions(orientation: .apply))
        do throws(CodecError) {
            let decoded = try decoder.decode(body, cancellation: CancellationFlag())
            return model.answer(path: path, image: decoded.image)
        } catch {
            let text = JSONText.object([
                ("error", .text("the body is no image that is read here: \(CodecText.reason(error))"))
            ])
            return (422, Array(text.line.utf8))
        }
    }

    func ask(_ question: ProbeQuestion) async throws(ProbeError) -> ProbeAnswer {
        let (status, body) = answer(path: path, body: question.body)
        return ProbeAnswer(status: status, headers: [("Content-Type", DemoModel.mediaType)], body: body)
    }
}
