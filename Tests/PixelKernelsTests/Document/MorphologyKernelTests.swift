import PixelCore
import PixelKernels
import Testing

@Suite("MorphologyKernel")
struct MorphologyKernelTests {
    private static func filter(
        _ samples: [UInt8], _ shape: PixelShape, _ operation: MorphologyKernel.Operation, window: Int
    ) -> [UInt8] {
        var output = [UInt8](repeating: 77, count: samples.count)
        var span = output.mutableSpan
        let isFinished = MorphologyKernel.filter(
            samples.span, into: &span, shape: shape, operation: operation, window: window,
            cancellation: CancellationFlag())
        return isFinished ? output : []
    }

    @Test("the first rows of G eroded and dilated are OpenCV's")
    func golden() throws {
        let shape = try #require(PixelShape(width: 8, height: 8, channels: 1))
        let eroded = Self.filter(TestImage.g, shape, .erosion, window: 3)
        #expect(Array(eroded[0..<8]) == [0, 0, 17, 17, 17, 34, 21, 21])
        let dilated = Self.filter(TestImage.g, shape, .dilation, window: 3)
        #expect(Array(dilated[0..<8]) == [181, 182, 213, 213, 245, 245, 245, 133])
    }

    @Test("equals OpenCV at odd windows and scipy at even ones")
    func peers() throws {
        let operations: [String: MorphologyKernel.Operation] = [
            "erosion": .erosion, "dilation": .dilation, "opening": .opening, "closing": .closing,
        ]
        let cases = try DocumentFixture.cases("morphology")
        #expect(cases.count == 64)
        for one in cases {
            let operation = try #require(operations[one.operation ?? ""])
            let shape = try #require(one.shape)
            let window = try #require(one.window)
            #expect(
                Self.filter(one.inputSamples, shape, operation, window: window) == one.outputSamples,
                "\(one.operation ?? "") \(window)")
        }
    }

    @Test("equals the reference at every awkward shape and window", arguments: TestImage.shapes, [1, 3])
    func reference(side: (width: Int, height: Int), channels: Int) throws {
        let shape = try #require(PixelShape(width: side.width, height: side.height, channels: channels))
        let samples = TestImage.random(shape, seed: 12)
        for operation in MorphologyKernel.Operation.allCases {
            for window in MorphologyKernel.windows where window <= 4 || window == 9 {
                #expect(
                    Self.filter(samples, shape, operation, window: window)
                        == MorphologyReference.filter(samples, shape: shape, operation: operation, window: window),
                    "\(operation) \(window)")
            }
        }
    }

    @Test("an opening never raises a sample and twice is once", arguments: MorphologyKernel.windows)
    func opening(window: Int) throws {
        let shape = try #require(PixelShape(width: 29, height: 23, channels: 1))
        let samples = TestImage.random(shape, seed: 3)
        let once = Self.filter(samples, shape, .opening, window: window)
        #expect(zip(once, samples).allSatisfy { $0 <= $1 })
        #expect(Self.filter(once, shape, .opening, window: window) == once)
    }

    // At an even one the windows lean to different sides at the border, as scipy's do.
    @Test("a closing is the opening of the negative at odd windows", arguments: [3, 5, 7, 9])
    func duality(window: Int) throws {
        let shape = try #require(PixelShape(width: 29, height: 23, channels: 1))
        let samples = TestImage.random(shape, seed: 3)
        let negative = Self.filter(samples.map { 255 - $0 }, shape, .closing, window: window)
        #expect(negative.map { 255 - $0 } == Self.filter(samples, shape, .opening, window: window))
    }

    @Test("a raised flag stops it", arguments: MorphologyKernel.Operation.allCases)
    func cancels(operation: MorphologyKernel.Operation) throws {
        let shape = try #require(PixelShape(width: 1, height: 1, channels: 1))
        let flag = CancellationFlag()
        flag.raise()
        let source: [UInt8] = [1]
        var output: [UInt8] = [0]
        var span = output.mutableSpan
        #expect(
            !MorphologyKernel.filter(
                source.span, into: &span, shape: shape, operation: operation, window: 3, cancellation: flag))
    }
}
