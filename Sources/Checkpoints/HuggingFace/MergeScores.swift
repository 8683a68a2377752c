/// Scores by which SentencePiece's algorithm merges in the order of a list of merges.
///
/// A list ranks pairs; SentencePiece ranks what pairs become, and takes any pair that becomes a token. The two agree
/// where the merges into one token stand together in the list, and where no pair that makes a token is missing from it.
/// `tokenizer.json` files that were made of a SentencePiece model are like that; others are refused.
struct MergeScores {
    /// Of each id: 0 for the first token to be merged, 1 less for each next one; lower ones for single characters.
    private(set) var scores: [Float]

    private let index: PieceIndex
    private let isMerged: [Bool]
    /// The least and greatest rank of the merges into each token.
    private var ranks: [ClosedRange<Int>?]
    private var pairs: Set<UInt64> = []
    /// Of each merge: how long its left part is.
    private var leftLengths: [Int] = []
    private let path: String

    /// What the algorithm sees of a vocabulary.
    struct Pieces {
        var texts: [String?]
        /// Whether text becomes this token by merging; added tokens are found before, so that their merges never count.
        var isMerged: [Bool]
    }

    init(_ pieces: Pieces, _ merges: [(String, String)], splitsAtSpaces: Bool, path: String) throws(CheckpointError) {
        index = PieceIndex(pieces.texts)
        isMerged = pieces.isMerged
        ranks = [ClosedRange<Int>?](repeating: nil, count: pieces.texts.count)
        scores = [Float](repeating: 0, count: pieces.texts.count)
        self.path = path
        try add(merges)
        for id in ranks.indices where isMerged[id] { try requireAllPairs(of: id, splitsAtSpaces: splitsAtSpaces) }
        try score()
    }

    private mutating func add(_ merges: [(String, String)]) throws(CheckpointError) {
        for (rank, merge) in merges.enumerated() {
            let (left, right) = (Array(merge.0.utf8), Array(merge.1.utf8))
            guard let first = index[left[...]], let second = index[right[...]], let whole = index[(left + right)[...]]
            else { throw unsupported("\(merge.0) \(merge.1), which is not of tokens") }
            leftLengths.append(left.count)
            guard isMerged[whole] else { continue }
            pairs.insert(Self.pair(first, second))
            ranks[whole] = (ranks[whole]?.lowerBound ?? rank)...rank
        }
    }

    /// Checks that every two neighbours that read like the token merge into it.
    private func requireAllPairs(of id: Int, splitsAtSpaces: Bool) throws(CheckpointError) {
        let bytes = index.bytes(id)
        for cut in bytes.indices.dropFirst() where Self.startsCharacter(bytes[cut]) {
            let (left, right) = (bytes[..<cut], bytes[cut...])
            if splitsAtSpaces, ranks[id] != nil, right.starts(with: PieceTable.space.utf8) {
                throw .unsupported(feature: "pre_tokenizer.split", found: "true beside \(text(bytes))", path: path)
            }
            guard isReached(left), isReached(right) else { continue }
            if let first = index[left], let second = index[right], pairs.contains(Self.pair(first, second)) { continue }
            throw unsupported("without \(text(left)) \(text(right))")
        }
    }

    /// Whether text can come to have this part: a character of its own, or one that merges make.
    private func isReached(_ part: ArraySlice<UInt8>) -> Bool {
        guard let id = index[part] else { return part.dropFirst().allSatisfy { !Self.startsCharacter($0) } }
        return isMerged[id] && (ranks[id] != nil || part.dropFirst().allSatisfy { !Self.startsCharacter($0) })
    }

    /// Counts down over the tokens in the order of their merges.
    private mutating func score() throws(CheckpointError) {
        let merged = ranks.indices.filter { ranks[$0] != nil }.sorted { start(of: $0) < start(of: $1) }
        var next: Float = 0
        var position = 0
        while position < merged.count {
            // Tokens whose merges stand among each other's.
            var (count, end) = (1, ranks[merged[position]]?.upperBound ?? 0)
            while position + count < merged.count, start(of: merged[position + count]) < end {
                end = max(end, ranks[merged[position + count]]?.upperBound ?? 0)
                count += 1
            }
            let group = merged[position..<position + count]
            guard count == 1 || isOneRun(group, start(of: group[position])...end) else {
                throw unsupported("in no order at \(text(index.bytes(group[position])))")
            }
            for id in group { scores[id] = next }
            next -= 1
            position += count
        }
        for id in ranks.indices where isMerged[id] && ranks[id] == nil {
            scores[id] = next
            next -= 1
        }
    }

    private func start(of id: Int) -> Int { ranks[id]?.lowerBound ?? 0 }

    /// Whether the tokens are runs of one character, and longer left parts merge first. Then equal scores do: in both
    /// ways the leftmost run grows before another begins.
    private func isOneRun(_ group: ArraySlice<Int>, _ ranks: ClosedRange<Int>) -> Bool {
        guard zip(leftLengths[ranks], leftLengths[ranks].dropFirst()).allSatisfy({ $0 >= $1 }) else { return false }
        guard let first = group.first.map(index.bytes) else { return true }
        let character = first.prefix { $0 == first.first || !Self.startsCharacter($0) }
        let end = character.dropFirst().firstIndex(where: Self.startsCharacter) ?? character.endIndex
        let one = Array(first[..<end])
        return group.allSatisfy { id in
            let bytes = index.bytes(id)
            return bytes.count.isMultiple(of: one.count)
                && bytes.enumerated().allSatisfy { $0.element == one[$0.offset % one.count] }
        }
    }

    private func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

    private func unsupported(_ found: String) -> CheckpointError {
        .unsupported(feature: "model.merges", found: found, path: path)
    }

    private static func pair(_ left: Int, _ right: Int) -> UInt64 { UInt64(left) << 32 | UInt64(right) }

    private static func startsCharacter(_ byte: UInt8) -> Bool { byte & 0xc0 != 0x80 }
}
