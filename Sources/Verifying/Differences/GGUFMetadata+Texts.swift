import Tensors

extension GGUFMetadata {
    /// A value, or an array's elements, as texts; nil where there is none.
    func texts(_ key: String) -> [String]? {
        guard let entry = self[key] else { return nil }
        if entry.element != nil {
            if let texts = try? lossyTexts(key) { return texts }
            if let numbers = try? integers(key) { return numbers.map { "\($0)" } }
            return (try? floats(key))?.map { "\($0)" } ?? [entry.typeName]
        }
        if let text = try? string(key) { return [text] }
        if let number = try? integer(key) { return ["\(number)"] }
        if let number = try? float(key) { return ["\(number)"] }
        return [(try? bool(key)).map { "\($0)" } ?? entry.typeName]
    }

    /// Bytes that are not UTF-8 are replaced.
    private func lossyTexts(_ key: String) throws -> [String] {
        var texts: [String] = []
        try eachString(key) { bytes in
            // The buffer is valid for the call.
            texts.append(unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) })
        }
        return texts
    }
}
