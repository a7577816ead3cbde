import PixelCore
import Testing

@Suite("BufferPool")
struct BufferPoolTests {
    @Test("hands out what was given back, of the count asked for")
    func reuse() {
        var pool = BufferPool()
        var array = pool.takeBytes(100)
        #expect(array.count == 100)
        for i in array.indices { array[i] = 7 }
        pool.give(array)
        array = []
        let again = pool.takeBytes(60)
        #expect(again == [UInt8](repeating: 7, count: 60))
        #expect(pool.takeBytes(60) == [UInt8](repeating: 0, count: 60))
    }

    @Test("grows an array within its capacity")
    func growth() {
        var pool = BufferPool()
        var array = [Float]()
        array.reserveCapacity(64)
        array.append(1)
        pool.give(array)
        #expect(pool.takeFloats(64).count == 64)
    }

    @Test("a request that nothing is large enough for takes the place of the largest")
    func replacement() {
        var pool = BufferPool()
        pool.give([UInt8](repeating: 1, count: 100))
        pool.give([UInt8](repeating: 2, count: 10))
        #expect(pool.takeBytes(1000).count == 1000)
        // The ten are still there, the hundred are not.
        #expect(pool.takeBytes(10) == [UInt8](repeating: 2, count: 10))
        #expect(pool.takeBytes(100) == [UInt8](repeating: 0, count: 100))
    }

    @Test("a small request leaves the large array for a large one")
    func fit() {
        var pool = BufferPool()
        pool.give([UInt32](repeating: 1, count: 1000))
        pool.give([UInt32](repeating: 2, count: 10))
        #expect(pool.takeWords(10) == [UInt32](repeating: 2, count: 10))
        #expect(pool.takeWords(1000) == [UInt32](repeating: 1, count: 1000))
    }
}
