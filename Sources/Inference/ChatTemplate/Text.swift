extension Unicode.Scalar {
    /// What Python's `str.isspace` says.
    var isPythonSpace: Bool { (0x1c...0x1f).contains(value) || properties.isWhitespace }

    /// What Python's `str.isprintable` says.
    var isPythonPrintable: Bool {
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        case .spaceSeparator: self == " "
        default: true
        }
    }
}

/// Python's view of text: a string is a list of scalars, and equal only to the same scalars.
extension String {
    func isSame(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }

    init(_ scalars: some Sequence<Unicode.Scalar>) {
        var view = UnicodeScalarView()
        view.append(contentsOf: scalars)
        self.init(view)
    }

    /// Python's `strip`, `lstrip`, `rstrip`; of spaces, or of any of `characters`.
    func trimmed(left: Bool = true, right: Bool = true, of characters: String? = nil) -> String {
        let set = characters.map { Set($0.unicodeScalars) }
        let drops: (Unicode.Scalar) -> Bool = { set?.contains($0) ?? $0.isPythonSpace }
        var rest = unicodeScalars[...]
        if left { rest = rest.drop(while: drops) }
        if right { while let last = rest.last, drops(last) { rest.removeLast() } }
        return String(rest)
    }

    /// Where `other`, which isn't empty, is found one after the other, in offsets of UTF-8: in one pass, after Knuth,
    /// Morris and Pratt, so that no text makes it slow.
    func places(of other: String) -> [Range<Int>] {
        let wanted = Array(other.utf8)
        var fallback = [Int](repeating: 0, count: wanted.count)
        var matched = 0
        for index in wanted.indices.dropFirst() {
            while matched > 0, wanted[index] != wanted[matched] { matched = fallback[matched - 1] }
            if wanted[index] == wanted[matched] { matched += 1 }
            fallback[index] = matched
        }
        var places: [Range<Int>] = []
        matched = 0
        for (index, byte) in utf8.enumerated() {
            while matched > 0, byte != wanted[matched] { matched = fallback[matched - 1] }
            if byte == wanted[matched] { matched += 1 }
            if matched == wanted.count {
                places.append(index + 1 - matched..<index + 1)
                matched = 0
            }
        }
        return places
    }

    func contains(scalars other: String) -> Bool { other.isEmpty || !places(of: other).isEmpty }

    func count(of other: String) -> Int {
        other.isEmpty ? unicodeScalars.count + 1 : places(of: other).count
    }

    /// The parts between each `separator`, which isn't empty.
    func parts(separatedBy separator: String, atMost splits: Int = .max) -> [String] {
        let bytes = Array(utf8)
        var parts: [String] = []
        var start = 0
        for range in places(of: separator).prefix(max(splits, 0)) {
            parts.append(String(decoding: bytes[start..<range.lowerBound], as: UTF8.self))
            start = range.upperBound
        }
        return parts + [String(decoding: bytes[start...], as: UTF8.self)]
    }

    /// The same from the end.
    func partsFromEnd(separatedBy separator: String, atMost splits: Int) -> [String] {
        let backwards = String(unicodeScalars.reversed())
        return backwards.parts(separatedBy: String(separator.unicodeScalars.reversed()), atMost: splits)
            .reversed().map { String($0.unicodeScalars.reversed()) }
    }

    /// The words between spaces; the last of them, after `splits`, has the rest of the text.
    func words(atMost splits: Int = .max) -> [String] {
        var words: [String] = []
        var rest = unicodeScalars.drop(while: \.isPythonSpace)
        while !rest.isEmpty {
            guard words.count < splits else { return words + [String(rest)] }
            let word = rest.prefix { !$0.isPythonSpace }
            words.append(String(word))
            rest = rest.dropFirst(word.count).drop(while: \.isPythonSpace)
        }
        return words
    }

    /// Python's `splitlines`.
    func lines(keepingEnds: Bool = false) -> [String] {
        let ends: Set<Unicode.Scalar> = [
            "\n", "\r", "\u{b}", "\u{c}", "\u{1c}", "\u{1d}", "\u{1e}", "\u{85}", "\u{2028}", "\u{2029}",
        ]
        var lines: [String] = []
        var line = UnicodeScalarView()
        var isReturn = false
        for scalar in unicodeScalars {
            if isReturn, scalar == "\n" {
                isReturn = false
                if keepingEnds, !lines.isEmpty { lines[lines.count - 1].unicodeScalars.append(scalar) }
                continue
            }
            isReturn = scalar == "\r"
            guard ends.contains(scalar) else {
                line.append(scalar)
                continue
            }
            if keepingEnds { line.append(scalar) }
            lines.append(String(line))
            line = UnicodeScalarView()
        }
        return line.isEmpty ? lines : lines + [String(line)]
    }

    /// The text with `&`, `<`, `>` and quotes as HTML has them.
    var escaped: String {
        var text = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "'": text += "&#39;"
            case "\"": text += "&#34;"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
