/// Cuts text into the words within which tokens merge.
struct PreTokenizer: Sendable {
    /// One pass over the words that the passes before have left.
    private enum Stage {
        /// A pattern's matches, and what lies between.
        case pattern(WordPattern, lists: [[ClosedRange<UInt32>]])
        /// Digits by threes, counted from the right of a run; each group begins a word.
        case digitGroups
        /// Numbers by threes, counted from the right of a run; each group ends a word.
        case numberGroups
    }

    private let stages: [Stage]
    /// Whether a word that is a token becomes that token, whatever the merges say.
    let ignoresMerges: Bool
    /// Whether the model wants BOS before a text where its file doesn't say.
    let addsBOS: Bool
    /// The token that takes the white space before it along.
    let stripsLeft: String?

    /// The pre-tokenizer that GGUF's `tokenizer.ggml.pre` names.
    init(named name: String) throws(TokenizerError) {
        guard let family = PreTokenizerFamily.all.first(where: { $0.names.contains(name) }) else {
            throw .unknownPreTokenizer(name, known: PreTokenizerFamily.all.flatMap(\.names).sorted())
        }
        stages = family.patterns.map { source in
            switch source {
            case PreTokenizerFamily.digitGroups: return .digitGroups
            case PreTokenizerFamily.numberGroups: return .numberGroups
            default:
                var parser = PatternParser()
                let pattern = parser.parse(source)
                return .pattern(pattern, lists: parser.lists)
            }
        }
        ignoresMerges = family.ignoresMerges
        addsBOS = family.addsBOS
        stripsLeft = name.hasPrefix("jina-v2-") ? "<mask>" : nil
    }

    /// The ends of the words of `text`, in characters.
    func words(_ text: ClassifiedText) -> [Int] {
        var words = text.count == 0 ? [] : [text.count]
        for stage in stages {
            switch stage {
            case .pattern(let pattern, let lists): words = pattern.cut(words, text.kinds(listing: lists))
            case .digitGroups: words = cutGroups(words, text.kinds, of: .digits, before: true)
            case .numberGroups: words = cutGroups(words, text.kinds, of: .numbers, before: false)
            }
        }
        return words
    }

    private func cutGroups(_ words: [Int], _ kinds: [UInt8], of set: KindSet, before: Bool) -> [Int] {
        var cut: [Int] = []
        var start = 0
        for end in words {
            var index = start
            while index < end {
                let first = index
                while index < end, set.contains(kinds[index]) { index += 1 }
                guard index > first else {
                    index += 1
                    continue
                }
                // The first group has one to three characters.
                var edge = first + (index - first + 2) % 3 + 1
                if before, (index - first) % 3 == 0, first > start { cut.append(first) }
                while before ? edge < index : edge <= index {
                    cut.append(edge)
                    edge += 3
                }
            }
            if cut.last ?? 0 < end { cut.append(end) }
            start = end
        }
        return cut
    }
}
