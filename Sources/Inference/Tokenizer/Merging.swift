/// What a tokenizer says about two neighbours in a word.
protocol MergeRules {
    /// The rank (lower merges earlier) and the token that `left` and `right` become; `range` is where they stand.
    func merge(_ left: Int32, _ right: Int32, _ range: Range<Int>) -> (rank: UInt32, token: Int32)?

    /// Appends what stands for a part that is no token.
    func appendMissing(_ range: Range<Int>, to output: inout [Int32])
}

/// Merges the parts of one word, best rank first and leftmost among equals: O(n log n) in the word's length.
///
/// One value serves all the words of a text, so that its arrays are allocated once. A part is known by the byte of the
/// word at which it starts.
struct Merging {
    /// A part that is no token of its own. Two of them must not look like a free slot of `MergeTable`.
    static let missing: Int32 = -2
    private static let none: Int32 = -1

    /// The token of the part that starts at each byte.
    private var tokens: [Int32] = []
    /// Where the part before starts, and where this one ends.
    private var previous: [Int32] = []
    private var end: [Int32] = []
    private var lastStart: Int32 = 0
    /// The token that the part and the next one may become, and its rank.
    private var offers: [Int32] = []
    private var ranks: [UInt32] = []
    /// Offers, also withdrawn ones: `rank << 32 | part`.
    private var queue = Heap()

    /// Starts a word.
    mutating func start() {
        tokens.removeAll(keepingCapacity: true)
        previous.removeAll(keepingCapacity: true)
        end.removeAll(keepingCapacity: true)
    }

    /// Adds a part to the word's end.
    mutating func append(_ token: Int32, length: Int = 1) {
        let start = Int32(truncatingIfNeeded: tokens.count)
        previous.append(start == 0 ? -1 : lastStart)
        lastStart = start
        let next = start + Int32(truncatingIfNeeded: length)
        for _ in 0..<length {
            tokens.append(token)
            end.append(next)
        }
        for _ in 1..<length { previous.append(Self.none) }
    }

    /// Appends to `output` what the word becomes.
    mutating func finish(with rules: some MergeRules, into output: inout [Int32]) {
        let count = tokens.count
        guard count > 0 else { return }
        offers.removeAll(keepingCapacity: true)
        ranks.removeAll(keepingCapacity: true)
        offers.append(contentsOf: repeatElement(Self.none, count: count))
        ranks.append(contentsOf: repeatElement(0, count: count))
        queue.removeAll()
        var part = 0
        while part < count {
            offer(part, rules)
            part = Int(end[part])
        }
        while let candidate = queue.pop() {
            let left = Int(candidate & 0xffff_ffff)
            // Withdrawn when either side has changed since.
            guard offers[left] != Self.none, UInt64(ranks[left]) == candidate >> 32 else { continue }
            let right = Int(end[left])
            tokens[left] = offers[left]
            offers[right] = Self.none
            end[left] = end[right]
            if Int(end[left]) < count { previous[Int(end[left])] = Int32(truncatingIfNeeded: left) }
            if previous[left] >= 0 { offer(Int(previous[left]), rules) }
            offer(left, rules)
        }
        part = 0
        while part < count {
            let next = Int(end[part])
            if tokens[part] >= 0 { output.append(tokens[part]) } else { rules.appendMissing(part..<next, to: &output) }
            part = next
        }
    }

    /// Queues the merge of the part at `left` with the next one, if there is one.
    private mutating func offer(_ left: Int, _ rules: some MergeRules) {
        let right = Int(end[left])
        guard right < tokens.count,
            let merge = rules.merge(tokens[left], tokens[right], left..<Int(end[right]))
        else {
            offers[left] = Self.none
            return
        }
        offers[left] = merge.token
        ranks[left] = merge.rank
        queue.push(UInt64(merge.rank) << 32 | UInt64(left))
    }
}
