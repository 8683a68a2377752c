/// A pattern over tensor names: `*` stands for any text, `?` for one character, all else for itself.
package struct Pattern: Sendable, Equatable {
    package let text: String

    package init(_ text: String) { self.text = text }

    /// Whether the whole of `name` matches; in time at most the product of both lengths.
    package func matches(_ name: String) -> Bool {
        let pattern = Array(text.unicodeScalars), name = Array(name.unicodeScalars)
        var p = 0, n = 0
        // The last star, and how far it reaches so far.
        var star: (pattern: Int, name: Int)?
        while n < name.count {
            if p < pattern.count, pattern[p] == "*" {
                star = (p, n)
                p += 1
            } else if p < pattern.count, pattern[p] == "?" || pattern[p] == name[n] {
                p += 1
                n += 1
            } else if let last = star {
                star = (last.pattern, last.name + 1)
                p = last.pattern + 1
                n = last.name + 1
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == "*" }
    }
}
