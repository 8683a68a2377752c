/// Cuts text into the words within which tokens merge.
enum PreTokenizer: String, CaseIterable, Sendable {
    case gpt2 = "gpt-2"
    case smollm

    /// The ranges of the words of `bytes[range]`, which together cover it.
    func words(_ bytes: [UInt8], _ range: Range<Int>) -> [Range<Int>] {
        let text = ClassifiedText(bytes, range)
        var words = Words(text: text)
        switch self {
        case .gpt2: words.cut(0..<text.count)
        case .smollm: words.cutDigitsFirst()
        }
        return words.found
    }
}

private struct Words {
    let text: ClassifiedText
    var found: [Range<Int>] = []

    /// `\p{N}` first, each a word of its own; what lies between goes through GPT-2's pattern by itself.
    mutating func cutDigitsFirst() {
        var start = 0
        for index in 0..<text.count where text.classes[index] == .number {
            cut(start..<index)
            add(index, index + 1)
            start = index + 1
        }
        cut(start..<text.count)
    }

    /// GPT-2's pattern: `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`.
    mutating func cut(_ range: Range<Int>) {
        let end = range.upperBound
        var start = range.lowerBound
        while start < end {
            let next = contraction(start, end) ?? wordEnd(start, end) ?? spacesEnd(start, end)
            add(start, next)
            start = next
        }
    }

    private mutating func add(_ start: Int, _ end: Int) {
        found.append(text.starts[start]..<text.starts[end])
    }

    /// The end of `'s|'t|'re|'ve|'m|'ll|'d` at `start`.
    private func contraction(_ start: Int, _ end: Int) -> Int? {
        guard text.byte(start, end) == UInt8(ascii: "'") else { return nil }
        switch (text.byte(start + 1, end), text.byte(start + 2, end)) {
        case (UInt8(ascii: "s"), _), (UInt8(ascii: "t"), _), (UInt8(ascii: "m"), _), (UInt8(ascii: "d"), _):
            return start + 2
        case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
            (UInt8(ascii: "l"), UInt8(ascii: "l")):
            return start + 3
        default: return nil
        }
    }

    /// The end of an optional space and a run of letters, of numbers, or of others.
    private func wordEnd(_ start: Int, _ end: Int) -> Int? {
        var index = start + (text.byte(start, end) == UInt8(ascii: " ") ? 1 : 0)
        guard index < end else { return nil }
        let kind = text.classes[index]
        guard kind != .space else { return nil }
        while index < end, text.classes[index] == kind { index += 1 }
        return index
    }

    /// The end of a run of spaces, which leaves its last one to the word that follows.
    private func spacesEnd(_ start: Int, _ end: Int) -> Int {
        var index = start
        while index < end, text.classes[index] == .space { index += 1 }
        return index < end && index - start > 1 ? index - 1 : index
    }
}
