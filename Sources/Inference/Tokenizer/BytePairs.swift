/// Byte-level BPE: text is cut into words, and the bytes of a word merge by rank.
struct BytePairs: Sendable {
    private let preTokenizer: PreTokenizer
    private let merges: MergeTable
    /// The token of each byte; `Merging.missing` where the vocabulary has none.
    private let byteTokens: [Int32]

    /// `merges` are `left right` in the byte alphabet, best first.
    init(_ vocabulary: Vocabulary, merges: ByteStrings, pre: PreTokenizer) throws(TokenizerError) {
        preTokenizer = pre
        self.merges = try Self.table(merges, vocabulary)
        byteTokens = (0..<256).map { vocabulary.find(ByteAlphabet.encoded(UInt8($0))) ?? Merging.missing }
    }

    /// Appends the tokens of `text[range]`; a byte without a token is left out.
    func encode(_ text: [UInt8], _ range: Range<Int>, _ vocabulary: Vocabulary, _ state: inout EncodingState) {
        let classified = ClassifiedText(text, range)
        var start = classified.starts[0]
        for end in preTokenizer.words(classified) {
            let word = start..<classified.starts[end]
            start = word.upperBound
            state.memo.append(classified.bytes, word, to: &state.output) { output in
                encode(classified.bytes, word, vocabulary, &state.merging, &output)
            }
        }
    }

    private func encode(
        _ bytes: [UInt8], _ word: Range<Int>, _ vocabulary: Vocabulary, _ merging: inout Merging,
        _ output: inout [Int32]
    ) {
        if preTokenizer.ignoresMerges, let token = vocabulary.find(bytes[word].flatMap(ByteAlphabet.encoded)) {
            output.append(token)
            return
        }
        merging.start()
        for index in word { merging.append(byteTokens[Int(bytes[index])]) }
        merging.finish(with: self, into: &output)
    }

    private static func table(_ merges: ByteStrings, _ vocabulary: Vocabulary) throws(TokenizerError) -> MergeTable {
        var table = MergeTable(capacity: merges.count)
        let bytes = merges.bytes
        var joined: [UInt8] = []
        for rank in 0..<merges.count {
            let range = merges.range(rank)
            // The first byte may be a space itself.
            guard let space = bytes[range].dropFirst().firstIndex(of: UInt8(ascii: " ")), space + 1 < range.upperBound
            else { throw .malformedMerge(index: rank) }
            joined.removeAll(keepingCapacity: true)
            joined.append(contentsOf: bytes[range.lowerBound..<space])
            joined.append(contentsOf: bytes[space + 1..<range.upperBound])
            guard let left = vocabulary.find(bytes, range.lowerBound..<space),
                let right = vocabulary.find(bytes, space + 1..<range.upperBound),
                let token = vocabulary.find(joined)
            else { throw .mergeOfUnknown(index: rank, text: merges.text(rank)) }
            table.add(left: left, right: right, rank: rank, token: token)
        }
        return table
    }
}

extension BytePairs: MergeRules {
    func merge(_ left: Int32, _ right: Int32, _ range: Range<Int>) -> (rank: UInt32, token: Int32)? {
        merges.find(left, right)
    }

    func appendMissing(_ range: Range<Int>, to output: inout [Int32]) {}
}
