import Signatures
import Transport

/// Where an artifact is: `HOST[:PORT]/REPOSITORY[:TAG][@sha256:DIGEST]`, as every tool for registries writes it.
///
/// The host is never left out: what has no dot, no port and isn't `localhost` is a folder's name to other tools, and
/// which registry they mean is theirs to decide.
package struct Reference: Hashable, Sendable {
    /// As it was written, with its port.
    package let host: String
    package let repository: String
    package var tag: String?
    /// Goes before the tag, which may move.
    package let digest: Digest?

    package enum Problem: Equatable, Sendable {
        case noHost, badHost, noRepository, badRepository, badTag, badDigest
    }

    package init(parsing text: String) throws(RegistryError) {
        func refuse(_ problem: Problem) -> RegistryError { .badReference(text, problem) }
        var rest = text.hasPrefix(Self.scheme) ? text.dropFirst(Self.scheme.count) : text[...]
        if let at = rest.firstIndex(of: "@") {
            let name = rest[rest.index(after: at)...]
            guard name.hasPrefix("sha256:"), let digest = Digest(hex: String(name.dropFirst(7))) else {
                throw refuse(.badDigest)
            }
            self.digest = digest
            rest = rest[..<at]
        } else {
            digest = nil
        }
        guard let slash = rest.firstIndex(of: "/") else {
            throw refuse(Self.isHost(rest) && Self.looksLikeHost(rest) ? .noRepository : .noHost)
        }
        let host = rest[..<slash]
        guard Self.looksLikeHost(host) else { throw refuse(.noHost) }
        guard Self.isHost(host) else { throw refuse(.badHost) }
        rest = rest[rest.index(after: slash)...]
        if let colon = rest.lastIndex(of: ":") {
            let tag = String(rest[rest.index(after: colon)...])
            guard Self.isTag(tag) else { throw refuse(.badTag) }
            self.tag = tag
            rest = rest[..<colon]
        }
        guard !rest.isEmpty else { throw refuse(.noRepository) }
        guard Self.isRepository(rest) else { throw refuse(.badRepository) }
        self.host = String(host)
        repository = String(rest)
    }

    /// How an address that is a reference may begin.
    package static let scheme = "oci://"

    /// The reference in full.
    package var text: String {
        "\(host)/\(repository)" + (tag.map { ":\($0)" } ?? "") + (digest.map { "@sha256:\($0.hex)" } ?? "")
    }

    /// Whether the host is this machine, where nobody listens in.
    package var isLocal: Bool { isLoopback(host) }
}

extension Reference {
    private static func looksLikeHost(_ text: Substring) -> Bool {
        text == "localhost" || text.contains { $0 == "." || $0 == ":" }
    }

    /// Letters, digits, dots and hyphens, or an IPv6 address in brackets; a port may follow.
    private static func isHost(_ text: Substring) -> Bool {
        var name = text, port: Substring?
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return false }
            name = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.first == ":" else { return false }
            port = rest.isEmpty ? nil : rest.dropFirst()
            guard !name.isEmpty,
                name.utf8.allSatisfy({ isDigit($0) || (0x61...0x66).contains($0 | 0x20) || $0 == 0x3A })
            else { return false }
        } else {
            if let colon = text.firstIndex(of: ":") {
                (name, port) = (text[..<colon], text[text.index(after: colon)...])
            }
            for label in name.split(separator: ".", omittingEmptySubsequences: false) {
                guard !label.isEmpty, label.first != "-", label.last != "-",
                    label.utf8.allSatisfy({ isDigit($0) || (0x61...0x7A).contains($0 | 0x20) || $0 == 0x2D })
                else { return false }
            }
        }
        return port.map { $0.utf8.allSatisfy(isDigit) && (1...65535).contains(Int($0) ?? 0) } ?? true
    }

    /// `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*`, and more of it after slashes (distribution specification).
    private static func isRepository(_ text: Substring) -> Bool {
        text.utf8.count < 256
            && text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
                var separator = ""
                for character in part.unicodeScalars {
                    switch character {
                    case "a"..."z", "0"..."9":
                        guard separator.isEmpty || isSeparator(separator) else { return false }
                        separator = ""
                    default: separator.unicodeScalars.append(character)
                    }
                }
                let first = part.utf8.first ?? 0
                return separator.isEmpty && (isDigit(first) || (0x61...0x7A).contains(first))
            }
    }

    private static func isSeparator(_ text: String) -> Bool {
        [".", "_", "__"].contains(text) || text.allSatisfy { $0 == "-" }
    }

    /// `[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}`
    package static func isTag(_ text: String) -> Bool {
        guard (1...128).contains(text.utf8.count), text.first != ".", text.first != "-" else { return false }
        return text.utf8.allSatisfy { isDigit($0) || (0x61...0x7A).contains($0 | 0x20) || "._-".utf8.contains($0) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
