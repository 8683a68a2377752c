/// Which two tokens merge into which, and how early.
struct MergeTable: Sendable {
    /// A pair of tokens as `left << 32 | right`; `free` where the slot is free.
    private var pairs: [UInt64]
    /// Of the same slot: `rank << 32 | token`.
    private var merges: [UInt64]
    private let seed = Seed()
    private static let free = UInt64.max

    init(capacity: Int) {
        let size = tableSize(for: capacity)
        pairs = [UInt64](repeating: Self.free, count: size)
        merges = [UInt64](repeating: 0, count: size)
    }

    /// Adds a merge; of the same pair the first stays.
    mutating func add(left: Int32, right: Int32, rank: Int, token: Int32) {
        let pair = Self.pair(left, right)
        let slot = slot(of: pair)
        guard pairs[slot] == Self.free else { return }
        pairs[slot] = pair
        merges[slot] = UInt64(rank) << 32 | UInt64(UInt32(bitPattern: token))
    }

    /// The rank (lower merges earlier) and the token that `left` and `right` become.
    func find(_ left: Int32, _ right: Int32) -> (rank: UInt32, token: Int32)? {
        let pair = Self.pair(left, right)
        let slot = slot(of: pair)
        guard pairs[slot] == pair else { return nil }
        return (UInt32(merges[slot] >> 32), Int32(truncatingIfNeeded: merges[slot]))
    }

    private static func pair(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }

    private func slot(of pair: UInt64) -> Int {
        let mask = pairs.count - 1
        var slot = Int(truncatingIfNeeded: seed.hash(pair)) & mask
        while pairs[slot] != pair, pairs[slot] != Self.free { slot = (slot + 1) & mask }
        return slot
    }
}
