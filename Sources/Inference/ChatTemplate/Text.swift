extension Unicode.Scalar {
    /// What Python's `str.isspace` says.
    var isPythonSpace: Bool { (0x1c...0x1f).contains(value) || properties.isWhitespace }
}

/// Python's view of text: a string is a list of scalars, and equal only to the same scalars.
extension String {
    func isSame(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }

    /// Python's `strip`, `lstrip`, `rstrip`; of spaces, or of any of `characters`.
    func trimmed(left: Bool = true, right: Bool = true, of characters: String? = nil) -> String {
        let set = characters.map { Set($0.unicodeScalars) }
        let drops: (Unicode.Scalar) -> Bool = { set?.contains($0) ?? $0.isPythonSpace }
        var rest = unicodeScalars[...]
        if left { rest = rest.drop(while: drops) }
        if right { while let last = rest.last, drops(last) { rest.removeLast() } }
        return String(rest)
    }

    /// The offset of `other` from `start`, in bytes of UTF-8.
    func contains(scalars other: String) -> Bool {
        other.isEmpty || !Array(utf8).ranges(of: Array(other.utf8)).isEmpty
    }

    /// The parts between each `separator`, which isn't empty.
    func parts(separatedBy separator: String, atMost splits: Int = .max) -> [String] {
        let bytes = Array(utf8)
        var parts: [String] = []
        var start = 0
        for range in bytes.ranges(of: Array(separator.utf8)).prefix(splits) {
            parts.append(String(decoding: bytes[start..<range.lowerBound], as: UTF8.self))
            start = range.upperBound
        }
        return parts + [String(decoding: bytes[start...], as: UTF8.self)]
    }
}
