import Bundles
import Signatures
import Suites

/// What became of the golden prompts, by their ids.
package struct PromptChanges: Sendable, Equatable {
    package let added: [String]
    package let gone: [String]
    /// They ask or expect something else.
    package let changed: [String]

    package var isEmpty: Bool { added.isEmpty && gone.isEmpty && changed.isEmpty }

    init(from old: [Suite], to new: [Suite]) {
        func byID(_ suites: [Suite]) -> [String: GoldenPrompt] {
            Dictionary(suites.flatMap(\.prompts).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        }
        let (before, after) = (byID(old), byID(new))
        added = after.keys.filter { before[$0] == nil }.sorted()
        gone = before.keys.filter { after[$0] == nil }.sorted()
        changed = after.filter { id, prompt in before[id].map { !$0.isSameQuestion(as: prompt) } ?? false }.keys
            .sorted()
    }
}

/// A member of the bundle that is another, new, or gone.
package struct FileChange: Sendable, Equatable {
    package let path: String
    /// Bytes; nil: there is none.
    package let oldSize: Int?
    package let newSize: Int?

    static func all(from old: Index, to new: Index) -> [FileChange] {
        let paths = Set(old.members.map(\.path)).union(new.members.map(\.path)).sorted()
        return paths.compactMap { path in
            let (before, after) = (old[path], new[path])
            guard before?.sha256 != after?.sha256 else { return nil }
            return FileChange(path: path, oldSize: before?.size, newSize: after?.size)
        }
    }
}
