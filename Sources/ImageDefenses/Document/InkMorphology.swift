internal import PixelCore
internal import PixelKernels

/// What opening and closing share: the window, and which end of the scale is ink.
struct InkMorphology: Sendable {
    /// The parameters of both.
    static let parameters: [ParameterDescriptor] = [
        ParameterDescriptor(
            name: "window", kind: .integer(MorphologyKernel.windows), defaultValue: .integer(2),
            summary: "Side of the square window in pixels."),
        ParameterDescriptor(
            name: "ink", kind: .choice(["dark", "light"]), defaultValue: .text("dark"),
            summary: "Whether ink is darker or lighter than paper."),
    ]

    /// Whether marks of ink or gaps between them are removed.
    enum Target {
        case marks, gaps
    }

    private let operation: MorphologyKernel.Operation
    private let window: Int

    /// From parameters checked against `parameters`.
    init(_ target: Target, _ checked: ParameterSet) {
        window = checked.integer("window")
        let isLight = checked.text("ink") == "light"
        operation = (target == .marks) == isLight ? .opening : .closing
    }

    /// Filters `pixels`; see `Defense`.
    func apply(to pixels: inout PixelBuffer, context: inout DefenseContext) throws(DefenseError) {
        let shape = pixels.shape
        let cancellation = context.cancellation
        try context.replace(&pixels) { source, output in
            MorphologyKernel.filter(
                source, into: &output, shape: shape, operation: operation, window: window,
                cancellation: cancellation)
        }
    }
}
