/// The tokens of words that a text has had before: most words of a text are repetitions.
struct WordMemo {
    private struct Entry {
        let hash: UInt64
        let word: Range<Int>
        let tokens: Range<Int>
    }

    /// Numbers of entries, by hash; -1 where free.
    private var slots = [Int32](repeating: -1, count: 512)
    private var entries: [Entry] = []
    private var words: [UInt8] = []
    private var tokens: [Int32] = []
    private let seed = Seed()
    private static let longest = 64
    private static let most = 1 << 16

    /// Appends the tokens of a word: those remembered, or what `encode` appends.
    mutating func append(
        _ bytes: [UInt8], _ range: Range<Int>, to output: inout [Int32], encode: (inout [Int32]) -> Void
    ) {
        guard range.count <= Self.longest else { return encode(&output) }
        let hash = seed.hash(bytes.span.extracting(range))
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] >= 0 {
            let entry = entries[Int(slots[slot])]
            if entry.hash == hash, equal(entry.word, bytes, range) {
                output.append(contentsOf: tokens[entry.tokens])
                return
            }
            slot = (slot + 1) & mask
        }
        let start = output.count
        encode(&output)
        guard entries.count < Self.most else { return }
        let firstWord = words.count
        let firstToken = tokens.count
        words.append(contentsOf: bytes[range])
        tokens.append(contentsOf: output[start...])
        slots[slot] = Int32(entries.count)
        entries.append(Entry(hash: hash, word: firstWord..<words.count, tokens: firstToken..<tokens.count))
        if 2 * entries.count > slots.count { grow() }
    }

    private func equal(_ word: Range<Int>, _ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        guard word.count == range.count else { return false }
        for offset in 0..<word.count where words[word.lowerBound + offset] != bytes[range.lowerBound + offset] {
            return false
        }
        return true
    }

    private mutating func grow() {
        slots = [Int32](repeating: -1, count: 2 * slots.count)
        let mask = slots.count - 1
        for (number, entry) in entries.enumerated() {
            var slot = Int(truncatingIfNeeded: entry.hash) & mask
            while slots[slot] >= 0 { slot = (slot + 1) & mask }
            slots[slot] = Int32(number)
        }
    }
}
