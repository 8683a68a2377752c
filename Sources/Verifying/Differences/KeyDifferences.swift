import Tensors

/// Finds the GGUF keys by which two models compute or read text otherwise.
enum KeyDifferences {
    static func find(_ metadata: GGUFMetadata, from other: GGUFMetadata) -> [Clue.Difference] {
        var keys = other.entries.map(\.key)
        keys += metadata.entries.map(\.key).filter { other[$0] == nil }
        return keys.filter(matters).compactMap { key in
            let (found, expected) = (metadata.texts(key), other.texts(key))
            guard found != expected else { return nil }
            if key == "tokenizer.chat_template" { return .chatTemplate }
            guard let found, let expected, metadata[key]?.element != nil, other[key]?.element != nil else {
                return .key(key, found: found.map(line), expected: expected.map(line))
            }
            let index = zip(found, expected).prefix { $0 == $1 }.count
            func element(_ texts: [String]) -> String? { index < texts.count ? line([texts[index]]) : nil }
            return .element(key: key, index: index, found: element(found), expected: element(expected))
        }
    }

    /// Names, authors and types say nothing of how a model computes.
    private static func matters(_ key: String) -> Bool {
        !key.hasPrefix("general.") || key == "general.architecture"
    }

    private static func line(_ texts: [String]) -> String {
        let text = texts.prefix(8).joined(separator: " ")
        return text.count > 80 ? text.prefix(80) + "…" : text
    }
}
