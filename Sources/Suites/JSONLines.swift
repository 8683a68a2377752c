import JSONText

/// One line of a file of JSON lines, read strictly.
struct JSONLine {
    let file: String
    let line: Int
    let object: JSON.Object

    /// The lines of a file; blank ones count, and say nothing.
    static func lines(_ bytes: [UInt8], file: String) throws(SuiteError) -> [JSONLine] {
        let limit = 64 << 20
        guard bytes.count <= limit else { throw SuiteError(file: file, line: 1, problem: .tooLong(limit: limit)) }
        var lines: [JSONLine] = []
        for (index, text) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            if text.allSatisfy({ [0x20, 0x09, 0x0d].contains($0) }) { continue }
            guard let object = (try? JSON(parsing: Array(text)))?.object else {
                throw SuiteError(file: file, line: index + 1, problem: .notJSON)
            }
            lines.append(JSONLine(file: file, line: index + 1, object: object))
        }
        return lines
    }

    func error(_ problem: SuiteError.Problem) -> SuiteError { SuiteError(file: file, line: line, problem: problem) }

    /// Refuses the keys that nobody knows.
    func allow(_ known: [String], in object: JSON.Object? = nil) throws(SuiteError) {
        for member in (object ?? self.object).members where !known.contains(member.name) {
            throw error(.unknown(key: member.name, known: known))
        }
    }

    /// The value of `key`, as `read` makes it.
    func required<Value>(
        _ key: String, _ expected: String, in object: JSON.Object? = nil, _ read: (JSON) -> Value?
    ) throws(SuiteError) -> Value {
        guard let value = (object ?? self.object)[key] else { throw error(.missing(key: key)) }
        guard let value = read(value) else { throw error(.wrongValue(key: key, expected: expected)) }
        return value
    }

    func optional<Value>(
        _ key: String, _ expected: String, in object: JSON.Object? = nil, _ read: (JSON) -> Value?
    ) throws(SuiteError) -> Value? {
        (object ?? self.object)[key] == nil ? nil : try required(key, expected, in: object, read)
    }
}

extension JSON {
    /// An array of strings.
    var strings: [String]? { all(\.string) }

    /// An array of token ids.
    var tokenIDs: [Int32]? { all { $0.integer.flatMap(Int32.init(exactly:)) } }

    /// One string, or an array of some.
    var oneOrMoreStrings: [String]? { string.map { [$0] } ?? strings.flatMap { $0.isEmpty ? nil : $0 } }

    /// The elements of an array as `read` makes them; nil if this is no array, or one can't be made.
    private func all<Value>(_ read: (JSON) -> Value?) -> [Value]? {
        guard let array else { return nil }
        let values = array.compactMap(read)
        return values.count == array.count ? values : nil
    }
}
