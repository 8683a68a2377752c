/// An element of an answer in XML, as far as S3's answers go: attributes and namespaces say nothing there.
struct XMLElement: Equatable {
    let name: String
    /// The text right in it.
    var text = ""
    var children: [XMLElement] = []

    /// The text of the first child of that name.
    subscript(_ name: String) -> String? { children.first { $0.name == name }?.text }

    func all(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }

    private static let depthLimit = 16

    /// Reads a document; nil where it isn't one, has a document type, or nests deeper than 16 levels.
    init?(parsing bytes: [UInt8]) {
        guard String(validating: bytes, as: UTF8.self) != nil else { return nil }
        var scanner = XMLScanner(bytes)
        var open: [XMLElement] = []
        while let piece = scanner.next() {
            switch piece {
            case .text(let text):
                if open.isEmpty {
                    guard text.allSatisfy(\.isWhitespace) else { return nil }
                } else {
                    open[open.count - 1].text += text
                }
            case .start(let name):
                guard open.count < Self.depthLimit else { return nil }
                open.append(XMLElement(name: name))
            case .end(let name):
                guard let element = open.popLast(), element.name == name else { return nil }
                guard !open.isEmpty else {
                    guard scanner.isAtBlankEnd else { return nil }
                    self = element
                    return
                }
                open[open.count - 1].children.append(element)
            case .empty(let name):
                guard !open.isEmpty else { return nil }
                open[open.count - 1].children.append(XMLElement(name: name))
            }
        }
        return nil
    }

    init(name: String) { self.name = name }
}

/// Cuts a document into tags and texts.
private struct XMLScanner {
    enum Piece {
        case text(String), start(String), end(String), empty(String)
    }

    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    var isAtBlankEnd: Bool { rest.allSatisfy(Self.isBlank) }

    /// The next piece; nil at the end, and where it isn't well-formed.
    mutating func next() -> Piece? {
        while let first = rest.first {
            guard first == UInt8(ascii: "<") else {
                let end = rest.firstIndex(of: UInt8(ascii: "<")) ?? rest.endIndex
                defer { rest = rest[end...] }
                return Self.resolved(rest[..<end]).map(Piece.text)
            }
            if rest.starts(with: "<?".utf8) {
                guard skip(past: "?>") else { return nil }
            } else if rest.starts(with: "<!--".utf8) {
                guard skip(past: "-->") else { return nil }
            } else {
                return tag()
            }
        }
        return nil
    }

    private mutating func tag() -> Piece? {
        guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return nil }
        var inside = rest[rest.index(after: rest.startIndex)..<end]
        rest = rest[rest.index(after: end)...]
        let isEnd = inside.first == UInt8(ascii: "/"), isEmpty = inside.last == UInt8(ascii: "/")
        guard !(isEnd && isEmpty) else { return nil }
        if isEnd { inside.removeFirst() }
        if isEmpty { inside.removeLast() }
        let name = inside.prefix { !Self.isBlank($0) }
        guard !name.isEmpty, name.allSatisfy(Self.isNameByte) else { return nil }
        let text = String(decoding: name, as: UTF8.self)
        return isEnd ? .end(text) : isEmpty ? .empty(text) : .start(text)
    }

    private mutating func skip(past end: String) -> Bool {
        let wanted = Array(end.utf8)
        while rest.count >= wanted.count {
            if rest.starts(with: wanted) {
                rest.removeFirst(wanted.count)
                return true
            }
            rest.removeFirst()
        }
        return false
    }

    /// The text with its references resolved: the five that XML has, and numbers.
    private static func resolved(_ text: ArraySlice<UInt8>) -> String? {
        var rest = text, bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "&") else {
                bytes.append(byte)
                continue
            }
            guard let end = rest.prefix(12).firstIndex(of: UInt8(ascii: ";")) else { return nil }
            let name = String(decoding: rest[..<end], as: UTF8.self)
            rest = rest[rest.index(after: end)...]
            guard let scalar = scalar(name) else { return nil }
            bytes += String(Character(scalar)).utf8
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func scalar(_ name: String) -> Unicode.Scalar? {
        if let known = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"][name] as Unicode.Scalar? {
            return known
        }
        guard name.hasPrefix("#") else { return nil }
        let isHex = name.hasPrefix("#x")
        return UInt32(name.dropFirst(isHex ? 2 : 1), radix: isHex ? 16 : 10).flatMap(Unicode.Scalar.init)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (0x30...0x3A).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte >= 0x80
            || "-._".utf8.contains(byte)
    }
}
