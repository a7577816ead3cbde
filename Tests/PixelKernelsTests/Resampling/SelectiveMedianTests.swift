import PixelCore
import PixelKernels
import Testing

@Suite("SelectiveMedian")
struct SelectiveMedianTests {
    private static func rebuild(
        _ samples: [UInt8], _ shape: PixelShape, rows: [Bool], columns: [Bool], reach: (rows: Int, columns: Int),
        flag: CancellationFlag = CancellationFlag()
    ) -> [UInt8]? {
        let kernel = SelectiveMedian(shape: shape, isRowRead: rows, isColumnRead: columns, reach: reach)
        var output = [UInt8](repeating: 171, count: samples.count)
        var span = output.mutableSpan
        return kernel.rebuild(samples.span, into: &span, cancellation: flag) ? output : nil
    }

    @Test("takes the lower middle of an even count and reads no masked pixel")
    func handComputed() throws {
        let shape = try #require(PixelShape(width: 3, height: 3, channels: 1))
        // The corners are read; the centre's five neighbours in a cross and itself are not.
        let samples: [UInt8] = [255, 10, 255, 40, 30, 20, 255, 50, 255]
        let odd = [true, false, true]
        let output = Self.rebuild(samples, shape, rows: odd, columns: odd, reach: (1, 1))
        // 10 30 40; 10 20 30; 30 40 50; 20 30 50.
        #expect(output == [30, 10, 20, 40, 30, 20, 40, 50, 30])
        let line = try #require(PixelShape(width: 3, height: 1, channels: 1))
        #expect(
            Self.rebuild([7, 0, 90], line, rows: [true], columns: [false, true, false], reach: (0, 1)) == [7, 7, 90])
    }

    @Test("a pixel with nothing unread around it stays")
    func nothingUnread() throws {
        let shape = try #require(PixelShape(width: 5, height: 4, channels: 3))
        let samples = TestImage.random(shape, seed: 2)
        let all = [Bool](repeating: true, count: 5)
        #expect(Self.rebuild(samples, shape, rows: Array(all[0..<4]), columns: all, reach: (9, 9)) == samples)
    }

    @Test("equals the reference at every awkward shape", arguments: TestImage.shapes, [1, 3])
    func reference(side: (width: Int, height: Int), channels: Int) throws {
        let shape = try #require(PixelShape(width: side.width, height: side.height, channels: channels))
        let samples = TestImage.random(shape, seed: 11)
        for (every, reach) in [(1, (1, 1)), (2, (2, 1)), (3, (3, 5)), (5, (0, 40))] {
            let rows = (0..<shape.height).map { $0 % every == 0 }
            let columns = (0..<shape.width).map { $0 % every < 2 }
            #expect(
                Self.rebuild(samples, shape, rows: rows, columns: columns, reach: reach)
                    == SelectiveMedianReference.rebuild(
                        samples.span, shape: shape, isRowRead: rows, isColumnRead: columns, reach: reach))
        }
    }

    @Test("the positions read are those the published rules give")
    func positions() {
        func reads(_ method: Resampler.Method, _ convention: Resampler.Convention, _ source: Int, _ to: Int) -> [Int] {
            let isRead = ScalerReads.positions(source: source, destination: to, method: method, convention: convention)
            return isRead.indices.filter { isRead[$0] }
        }
        #expect(reads(.nearest, .opencv, 16, 2) == [0, 8])
        #expect(reads(.nearest, .pillow, 16, 2) == [4, 12])
        #expect(reads(.bilinear, .opencv, 16, 2) == [3, 4, 11, 12])
        #expect(reads(.bilinear, .opencv, 9, 3) == [1, 4, 7])
        #expect(reads(.bicubic, .opencv, 16, 2) == [2, 3, 4, 5, 10, 11, 12, 13])
        #expect(reads(.lanczos, .opencv, 32, 2) == Array(4...11) + Array(20...27))
        for method in [Resampler.Method.bilinear, .bicubic, .lanczos, .area] {
            #expect(reads(method, .pillow, 16, 2) == Array(0..<16))
        }
        #expect(reads(.area, .opencv, 16, 2) == Array(0..<16))
        #expect(reads(.bilinear, .opencv, 1, 7) == [0])
    }

    // Scaling twins of one image that agree wherever the declared scaler reads have equal results.
    @Test(
        "a position not read has no influence", arguments: [Resampler.Method.nearest, .bilinear, .bicubic, .lanczos],
        Resampler.Convention.allCases)
    func influence(method: Resampler.Method, convention: Resampler.Convention) throws {
        let source = try #require(PixelShape(width: 67, height: 1, channels: 1))
        let destination = try #require(PixelShape(width: 5, height: 1, channels: 1))
        let isRead = ScalerReads.positions(source: 67, destination: 5, method: method, convention: convention)
        let resampler = try #require(
            Resampler(from: source, to: destination, method: method, convention: convention))
        func scaled(_ samples: [UInt8]) -> [UInt8] {
            var output = [UInt8](repeating: 0, count: 5)
            var span = output.mutableSpan
            _ = resampler.resize(samples.span, into: &span, cancellation: CancellationFlag())
            return output
        }
        let samples = TestImage.random(source, seed: 5)
        let other = samples.indices.map { isRead[$0] ? samples[$0] : 255 - samples[$0] }
        #expect(scaled(samples) == scaled(other))
    }

    @Test("a raised flag stops it")
    func cancels() throws {
        let shape = try #require(PixelShape(width: 1, height: 1, channels: 1))
        let flag = CancellationFlag()
        flag.raise()
        #expect(Self.rebuild([1], shape, rows: [true], columns: [true], reach: (1, 1), flag: flag) == nil)
    }
}
