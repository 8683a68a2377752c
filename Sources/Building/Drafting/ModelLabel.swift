import Bundles

/// A model's name and version, guessed from what its folder or file is called.
struct ModelLabel: Equatable {
    let name: String
    let version: String

    /// `home-1.2.0` is home 1.2.0; what states no version is 1.0.0.
    init(_ text: String) {
        let parts = text.lowercased().split(separator: "-", omittingEmptySubsequences: false)
        for cut in parts.indices.dropFirst() {
            let rest = parts[cut...].joined(separator: "-")
            guard SemanticVersion(rest) != nil else { continue }
            self.init(name: Self.name(parts[..<cut].joined(separator: "-")), version: rest)
            return
        }
        self.init(name: Self.name(text.lowercased()), version: "1.0.0")
    }

    private init(name: String, version: String) {
        self.name = name
        self.version = version
    }

    /// Letters that no name may have become dashes.
    private static func name(_ text: String) -> String {
        let letters = text.unicodeScalars.map { scalar -> Character in
            Manifest.isName("a" + String(scalar)) ? Character(scalar) : "-"
        }
        let name = String(letters.drop { "._-".contains($0) }.prefix(64))
        return name.isEmpty ? "model" : name
    }
}
