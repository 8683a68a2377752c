extension JSON {
    /// Whether two values are equal in JSON's own sense: members in any order, 1 and 1.0 the same.
    package func isSame(as other: JSON) -> Bool { firstDifference(from: other) == nil }

    /// Where a value first differs from `other`, as `/room/0`; nil if it doesn't.
    package func firstDifference(from other: JSON, at path: String = "") -> String? {
        switch (self, other) {
        case (.string(let left), .string(let right)): return left.utf8.elementsEqual(right.utf8) ? nil : path
        case (.array(let left), .array(let right)):
            for (index, (mine, theirs)) in zip(left, right).enumerated() {
                if let difference = mine.firstDifference(from: theirs, at: "\(path)/\(index)") { return difference }
            }
            return left.count == right.count ? nil : "\(path)/\(Swift.min(left.count, right.count))"
        case (.object(let left), .object(let right)):
            for member in right.members {
                guard let mine = left[member.name] else { return path + "/" + member.name }
                if let difference = mine.firstDifference(from: member.value, at: path + "/" + member.name) {
                    return difference
                }
            }
            return left.members.first { right[$0.name] == nil }.map { path + "/" + $0.name }
        default:
            if let left = number, let right = other.number { return left == right ? nil : path }
            return self == other ? nil : path
        }
    }
}
