/// Reads the regular expressions of pre-tokenizers: alternatives, groups, classes, counts, `(?!\S)` and `$`.
///
/// They are constants of ours, so one that can't be read is our bug. Some things differ from regex dialects: a category
/// of letters (`\p{Lu}`) means all letters, and `[a--b]` is a without b. Characters above ASCII become lists, which
/// belong to no category; `\p{L0}` are the letters of a pattern's first list.
struct PatternParser {
    /// The characters above ASCII that the patterns name, a list for each class.
    private(set) var lists: [[ClosedRange<UInt32>]] = []
    private var text: [Unicode.Scalar] = []
    private var index = 0
    private var ignoresCase = false

    mutating func parse(_ pattern: String) -> WordPattern {
        text = Array(pattern.unicodeScalars)
        index = 0
        let parts = alternatives()
        precondition(index == text.count, "can't read \(pattern)")
        return WordPattern(parts)
    }

    private mutating func alternatives() -> [[WordPattern.Part]] {
        var all: [[WordPattern.Part]] = [[]]
        while index < text.count, text[index] != ")" {
            if take("|") { all.append([]) } else { all[all.count - 1].append(part()) }
        }
        return all
    }

    private mutating func part() -> WordPattern.Part {
        if take("(?!\\S)") { return .before(.spaces) }
        if take("$") { return .end }
        if take("(") {
            let outer = ignoresCase
            ignoresCase = take("?i:") || (!take("?:") && outer)
            let inner = alternatives()
            precondition(take(")"))
            ignoresCase = outer
            let (least, most) = count()
            return .group(inner, least: least, most: most)
        }
        let set = take("[") ? characterClass() : character()
        let (least, most) = count()
        return .run(set, least: least, most: most)
    }

    private mutating func count() -> (least: Int, most: Int) {
        if take("*") { return (0, .max) }
        if take("+") { return (1, .max) }
        if take("?") { return (0, 1) }
        guard take("{") else { return (1, 1) }
        let least = number()
        let most = take(",") ? number() : least
        precondition(take("}"))
        return (least, most)
    }

    private mutating func number() -> Int {
        var value = 0
        while let digit = text[index].properties.numericValue {
            value = 10 * value + Int(digit)
            index += 1
        }
        return value
    }

    /// The rest of `[…]`.
    private mutating func characterClass() -> KindSet {
        let inverted = take("^")
        var set = KindSet.none
        var list: [ClosedRange<UInt32>] = []
        while !take("]") {
            if take("--") {
                set = set.subtracting(characterClass())
                break
            }
            if let named = namedSet() {
                set = set.union(named)
                continue
            }
            let first = scalar()
            var last = first
            // A hyphen before the class's end, or before another, is no range.
            if index + 1 < text.count, text[index] == "-", text[index + 1] != "]", text[index + 1] != "-" {
                index += 1
                last = scalar()
            }
            if last < 0x80 { set = set.union(KindSet(UInt8(first)...UInt8(last))) } else { list.append(first...last) }
        }
        if !list.isEmpty {
            set = set.union(.listed(lists.count))
            lists.append(list)
        }
        return inverted ? set.inverted : set
    }

    /// One character outside a class, or an escape that names a set.
    private mutating func character() -> KindSet {
        if let named = namedSet() { return named }
        let point = UInt8(scalar())
        let set = KindSet(point...point)
        let isLetter = (0x61...0x7a).contains(point | 0x20)
        return ignoresCase && isLetter ? set.union(KindSet((point ^ 0x20)...(point ^ 0x20))) : set
    }

    private mutating func namedSet() -> KindSet? {
        if take("\\s") { return .spaces }
        if take("\\S") { return KindSet.spaces.inverted }
        if take("\\d") { return .digits }
        for name in ["\\p{L}", "\\p{Lu}", "\\p{Lt}", "\\p{Lm}", "\\p{Lo}", "\\p{Ll}"] where take(name) {
            return .letters
        }
        if take("\\p{L0}") { return .listed(0, lettersOnly: true) }
        if take("\\p{N}") { return .numbers }
        if take("\\p{M}") { return .marks }
        if take("\\p{P}") { return .punctuation }
        if take("\\p{S}") { return .symbols }
        return nil
    }

    private mutating func scalar() -> UInt32 {
        if take("\\r") { return 0x0d }
        if take("\\n") { return 0x0a }
        if take("\\t") { return 0x09 }
        _ = take("\\")
        defer { index += 1 }
        return text[index].value
    }

    private mutating func take(_ expected: String) -> Bool {
        let scalars = expected.unicodeScalars
        guard index + scalars.count <= text.count, text[index..<index + scalars.count].elementsEqual(scalars) else {
            return false
        }
        index += scalars.count
        return true
    }
}
