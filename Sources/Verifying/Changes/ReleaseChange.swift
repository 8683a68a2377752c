import Bundles
import JSONText
import Suites
import Tensors

/// What is otherwise in a new release than in the old one, for people to read before they ship it.
package struct ReleaseChange: Sendable {
    /// Members of the manifest, by their path in it, but for the version.
    package let manifest: [ValueChange]
    /// GGUF keys; an array's change is told at the first element that differs.
    package let keys: [ValueChange]
    package let tensors: TensorChanges
    package let prompts: PromptChanges
    package let files: [FileChange]

    /// Bundles, which are whole; who signed them is not asked.
    package init(from old: Bundle, to new: Bundle) throws {
        manifest = try Self.manifest(old.manifest, new.manifest)
        let (before, after) = (try old.weights(), try new.weights())
        keys = Self.keys(before.metadata, after.metadata)
        tensors = TensorChanges(from: before, to: after)
        prompts = PromptChanges(from: try old.suites(), to: try new.suites())
        files = FileChange.all(from: old.index, to: new.index)
    }

    /// Weights alone.
    package init(from old: GGUFFile, to new: GGUFFile) {
        manifest = []
        keys = Self.keys(old.metadata, new.metadata)
        tensors = TensorChanges(from: old, to: new)
        prompts = PromptChanges(from: [], to: [])
        files = []
    }

    package var isEmpty: Bool {
        manifest.isEmpty && keys.isEmpty && tensors.isEmpty && prompts.isEmpty && files.isEmpty
    }

    private static func keys(_ old: GGUFMetadata, _ new: GGUFMetadata) -> [ValueChange] {
        let names = old.entries.map(\.key) + new.entries.map(\.key).filter { old[$0] == nil }
        return names.compactMap { key in
            let (before, after) = (old.texts(key), new.texts(key))
            guard before != after else { return nil }
            guard let before, let after, before.count > 1 || after.count > 1 else {
                return ValueChange(key, old: before?.joined(separator: " "), new: after?.joined(separator: " "))
            }
            let index = zip(before, after).prefix { $0 == $1 }.count
            func element(_ texts: [String]) -> String? { index < texts.count ? texts[index] : nil }
            return ValueChange("\(key)[\(index)]", old: element(before), new: element(after))
        }
    }

    private static func manifest(_ old: Manifest, _ new: Manifest) throws -> [ValueChange] {
        let before = leaves(try JSON(parsing: old.encoded()), at: "")
        let after = leaves(try JSON(parsing: new.encoded()), at: "")
        return Set(before.keys).union(after.keys).sorted().compactMap { path in
            guard path != "version", before[path] != after[path] else { return nil }
            return ValueChange(path, old: before[path], new: after[path])
        }
    }

    /// Every value that holds no others, by its path.
    private static func leaves(_ json: JSON, at path: String) -> [String: String] {
        switch json {
        case .object(let object):
            object.members.reduce(into: [:]) { found, member in
                found.merge(leaves(member.value, at: path.isEmpty ? member.name : path + "." + member.name)) { $1 }
            }
        case .array(let elements):
            elements.enumerated().reduce(into: [:]) { found, element in
                found.merge(leaves(element.element, at: "\(path)[\(element.offset)]")) { $1 }
            }
        case .string(let text): [path: text]
        case .integer(let number): [path: "\(number)"]
        case .number(let number): [path: "\(number)"]
        case .bool(let flag): [path: "\(flag)"]
        case .null: [:]
        }
    }
}

/// A value that is another, new, or gone.
package struct ValueChange: Sendable, Equatable {
    package let name: String
    /// nil: there is none.
    package let old: String?
    package let new: String?

    init(_ name: String, old: String?, new: String?) {
        self.name = name
        self.old = old
        self.new = new
    }
}
