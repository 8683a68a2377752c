/// How a registry wants to be authorized at: one challenge of a `WWW-Authenticate` header (RFC 9110, 11.6.1).
package struct Challenge: Hashable, Sendable {
    /// In lower case.
    package let scheme: String
    /// Names in lower case.
    package let parameters: [String: String]

    package init(scheme: String, parameters: [String: String]) {
        self.scheme = scheme
        self.parameters = parameters
    }

    /// Reads the header's challenges as far as they are well-formed.
    package static func all(in header: String) -> [Challenge] {
        var scanner = HeaderScanner(header)
        var challenges: [Challenge] = []
        while let scheme = scanner.token() {
            var parameters: [String: String] = [:]
            repeat {
                scanner.skip(" \t,")
                let start = scanner.rest
                // A name without a value is the next scheme.
                guard let name = scanner.token(), scanner.take("="), let value = scanner.value() else {
                    scanner.rest = start
                    break
                }
                parameters[name.lowercased()] = value
            } while scanner.comes(",")
            scanner.skip(" \t,")
            challenges.append(Challenge(scheme: scheme.lowercased(), parameters: parameters))
        }
        return challenges
    }
}

/// Tokens and quoted texts of a header (RFC 9110, 5.6).
private struct HeaderScanner {
    var rest: Substring.UnicodeScalarView

    init(_ text: String) { rest = text[...].unicodeScalars }

    mutating func skip(_ characters: String) {
        while let next = rest.first, characters.unicodeScalars.contains(next) { rest.removeFirst() }
    }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        skip(" \t")
        guard rest.first == character else { return false }
        rest.removeFirst()
        return true
    }

    /// Whether this is the next character, which is left where it is.
    mutating func comes(_ character: Unicode.Scalar) -> Bool {
        skip(" \t")
        return rest.first == character
    }

    mutating func token() -> String? {
        let end = rest.firstIndex { !$0.isASCII || " \t,=\"\\".unicodeScalars.contains($0) } ?? rest.endIndex
        guard end > rest.startIndex else { return nil }
        defer { rest = rest[end...] }
        return String(rest[..<end])
    }

    mutating func value() -> String? {
        guard take("\"") else { return token() }
        var text = String.UnicodeScalarView()
        while let next = rest.popFirst(), next != "\"" {
            if next != "\\" {
                text.append(next)
            } else if let escaped = rest.popFirst() {
                text.append(escaped)
            }
        }
        return String(text)
    }
}
