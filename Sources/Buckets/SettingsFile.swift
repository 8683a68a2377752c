/// A file in the form of `~/.aws/credentials` and `~/.aws/config`: sections, and in them keys with values.
package struct SettingsFile: Equatable, Sendable {
    private var sections: [String: [String: String]] = [:]

    package static let none = SettingsFile()

    private init() {}

    /// Reads the file; `path` is for errors. The last value of a key counts; indented lines, which nest settings of no
    /// use here, are passed over.
    package init(parsing bytes: [UInt8], path: String) throws(BucketError) {
        var section = ""
        let lines = String(decoding: bytes, as: UTF8.self).split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (number, line) in lines.enumerated() {
            guard let first = line.first, !first.isWhitespace, first != "#", first != ";" else { continue }
            if first == "[" {
                guard let end = line.firstIndex(of: "]") else { throw .malformedSettings(path: path, line: number + 1) }
                section = Self.trimmed(line[line.index(after: line.startIndex)..<end])
                continue
            }
            guard let equals = line.firstIndex(of: "="), !section.isEmpty else {
                throw .malformedSettings(path: path, line: number + 1)
            }
            let key = Self.trimmed(line[..<equals]).lowercased()
            sections[section, default: [:]][key] = Self.trimmed(line[line.index(after: equals)...])
        }
    }

    /// The value of a key; nil where there is none, or an empty one. In `config` sections are called `profile NAME`.
    package func value(_ key: String, profile: String) -> String? {
        for section in [profile, "profile " + profile] {
            if let value = sections[section]?[key], !value.isEmpty { return value }
        }
        return nil
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text.drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
