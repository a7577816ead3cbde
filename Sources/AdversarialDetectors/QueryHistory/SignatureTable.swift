internal import PixelKernels

/// The signatures of the last images of one route, in a ring of fixed capacity.
struct SignatureTable {
    /// What the table held that resembles an image.
    struct Matches: Hashable {
        /// Other images within the tolerance.
        var near = 0
        /// How often this very image was seen before.
        var exact = 0
        /// The smallest sum of squared differences to another image; nil when there is none.
        var nearest: Int32?
        /// Images compared with.
        var compared = 0
    }

    private struct Entry {
        var fingerprint: UInt64
        var lastSeen: Double
        var sightings: Int
    }

    private let capacity: Int
    private var entries: [Entry] = []
    /// 64 numbers for each entry.
    private var signatures: [Int16] = []
    private var slots: [UInt64: Int] = [:]
    private var oldest = 0
    private var distances: [Int32] = []

    /// An empty table that grows to `capacity` entries, at least 1.
    init(capacity: Int) {
        precondition(capacity >= 1)
        self.capacity = capacity
    }

    /// Images held, seen lately or not.
    var count: Int { entries.count }

    /// Looks `signature` up among the entries seen at or after `since`.
    mutating func matches(_ signature: LumaSignature, fingerprint: UInt64, limit: Int32, since: Double) -> Matches {
        var result = Matches()
        Self.measure(from: signature.values, to: signatures, into: &distances)
        for (entry, distance) in zip(entries, distances) where entry.lastSeen >= since {
            if entry.fingerprint == fingerprint {
                result.exact += entry.sightings
                continue
            }
            result.compared += 1
            if distance <= limit { result.near += 1 }
            result.nearest = min(result.nearest ?? distance, distance)
        }
        return result
    }

    private static func measure(from query: [Int16], to table: [Int16], into distances: inout [Int32]) {
        var output = distances.mutableSpan
        SignatureDistance.squared(query.span, to: table.span, into: &output)
    }

    /// Records a sighting. An exact repeat renews its entry; anything else takes a new one, or the oldest when full.
    mutating func record(_ signature: LumaSignature, fingerprint: UInt64, now: Double, since: Double) {
        if let slot = slots[fingerprint] {
            let isRecent = entries[slot].lastSeen >= since
            entries[slot].sightings = isRecent ? entries[slot].sightings + 1 : 1
            entries[slot].lastSeen = now
            return
        }
        let entry = Entry(fingerprint: fingerprint, lastSeen: now, sightings: 1)
        if entries.count < capacity {
            slots[fingerprint] = entries.count
            entries.append(entry)
            signatures.append(contentsOf: signature.values)
            distances.append(0)
            return
        }
        slots[entries[oldest].fingerprint] = nil
        slots[fingerprint] = oldest
        entries[oldest] = entry
        let start = oldest * SignatureDistance.length
        for (i, value) in signature.values.enumerated() { signatures[start + i] = value }
        oldest = (oldest + 1) % capacity
    }
}
