/// A pattern of target paths (specification 4.5, PATHPATTERN).
///
/// `*` stands for any characters and `?` for one, never for `/`; everything else stands for itself.
struct PathPattern: Hashable, Sendable {
    let text: String

    func matches(_ path: String) -> Bool {
        let pattern = text.split(separator: "/", omittingEmptySubsequences: false)
        let components = path.split(separator: "/", omittingEmptySubsequences: false)
        return pattern.count == components.count
            && zip(pattern, components).allSatisfy {
                Self.matches(Array($0.unicodeScalars), Array($1.unicodeScalars))
            }
    }

    /// Goes back to the last star only, so that no pattern takes more than the product of both lengths.
    private static func matches(_ pattern: [Unicode.Scalar], _ text: [Unicode.Scalar]) -> Bool {
        var (next, place) = (0, 0)
        /// Behind the last star, and where the text that it stands for ends.
        var retry: (pattern: Int, text: Int)?
        while place < text.count {
            if next < pattern.count, pattern[next] == "*" {
                next += 1
                retry = (next, place)
            } else if next < pattern.count, pattern[next] == "?" || pattern[next] == text[place] {
                next += 1
                place += 1
            } else if let last = retry {
                retry = (last.pattern, last.text + 1)
                (next, place) = (last.pattern, last.text + 1)
            } else {
                return false
            }
        }
        return pattern[next...].allSatisfy { $0 == "*" }
    }
}
