/// Merges the tokens of one word, best rank first and leftmost among equals: O(n log n) in the word's length.
///
/// One value serves all the words of a text, so that its arrays are allocated once.
struct Merging {
    /// The token of a byte that the vocabulary lacks: nothing merges with it or across it, and it is left out.
    static let missing: Int32 = -2
    private static let merged: Int32 = -1

    /// The tokens of the word, `missing` and `merged` among them.
    private var tokens: [Int32] = []
    /// The neighbours of each token that is left; -1 at the ends.
    private var previous: [Int32] = []
    private var next: [Int32] = []
    /// Merges that may be done: `rank << 32 | left`, the least on top.
    private var queue: [UInt64] = []

    /// Appends to `output` what `word`, a token for each byte, becomes.
    mutating func merge(_ word: [Int32], with table: MergeTable, into output: inout [Int32]) {
        start(word)
        for left in word.indices.dropLast() { offer(Int32(left), table) }
        while let candidate = pop() {
            let left = Int(candidate & 0xffff_ffff)
            guard tokens[left] >= 0, next[left] >= 0 else { continue }
            let right = Int(next[left])
            // A candidate is stale when either side has changed since it was offered.
            guard let merge = table.find(tokens[left], tokens[right]), merge.rank == candidate >> 32 else { continue }
            tokens[left] = merge.token
            tokens[right] = Self.merged
            next[left] = next[right]
            if next[left] >= 0 { previous[Int(next[left])] = Int32(left) }
            offer(previous[left], table)
            offer(Int32(left), table)
        }
        for token in tokens where token >= 0 { output.append(token) }
    }

    private mutating func start(_ word: [Int32]) {
        tokens.removeAll(keepingCapacity: true)
        previous.removeAll(keepingCapacity: true)
        next.removeAll(keepingCapacity: true)
        queue.removeAll(keepingCapacity: true)
        tokens.append(contentsOf: word)
        for index in 0..<Int32(word.count) {
            previous.append(index - 1)
            next.append(index + 1)
        }
        if !word.isEmpty { next[word.count - 1] = -1 }
    }

    /// Queues the merge of the token at `left` with its right neighbour, if there is one.
    private mutating func offer(_ left: Int32, _ table: MergeTable) {
        guard left >= 0, next[Int(left)] >= 0 else { return }
        guard let merge = table.find(tokens[Int(left)], tokens[Int(next[Int(left)])]) else { return }
        push(UInt64(merge.rank) << 32 | UInt64(left))
    }

    private mutating func push(_ candidate: UInt64) {
        queue.append(candidate)
        var child = queue.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard queue[child] < queue[parent] else { return }
            queue.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func pop() -> UInt64? {
        guard let last = queue.popLast() else { return nil }
        guard let least = queue.first else { return last }
        queue[0] = last
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < queue.count else { return least }
            if child + 1 < queue.count, queue[child + 1] < queue[child] { child += 1 }
            guard queue[child] < queue[parent] else { return least }
            queue.swapAt(child, parent)
            parent = child
        }
    }
}
