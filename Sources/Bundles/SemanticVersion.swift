/// A version as Semantic Versioning 2.0.0 writes and orders it, without build metadata.
package struct SemanticVersion: Hashable, Sendable {
    /// The text it was read from, which is also the only text for this version.
    package let text: String
    private let core: [String]
    private let prerelease: [String]

    package static let maximumLength = 64

    /// Reads `major.minor.patch[-prerelease]`; nil for anything else, build metadata included (SemVer 2.0.0, 2, 9).
    package init?(_ text: String) {
        guard text.utf8.count <= Self.maximumLength else { return nil }
        let halves = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let core = halves[0].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard core.count == 3, core.allSatisfy(Self.isNumber) else { return nil }
        var prerelease: [String] = []
        if halves.count == 2 {
            prerelease = halves[1].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            guard prerelease.allSatisfy(Self.isIdentifier) else { return nil }
        }
        self.text = text
        self.core = core
        self.prerelease = prerelease
    }

    package var isPrerelease: Bool { !prerelease.isEmpty }

    /// A number without leading zeros, of any length.
    private static func isNumber(_ text: String) -> Bool {
        isDigits(text) && (text.utf8.count == 1 || text.utf8.first != UInt8(ascii: "0"))
    }

    private static func isDigits(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    private static func isIdentifier(_ text: String) -> Bool {
        guard !text.isEmpty else { return false }
        if isDigits(text) { return isNumber(text) }
        return text.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
    }
}

extension SemanticVersion: Comparable {
    /// Precedence (SemVer 2.0.0, 11).
    package static func < (left: SemanticVersion, right: SemanticVersion) -> Bool {
        for (ours, theirs) in zip(left.core, right.core) where ours != theirs { return number(ours, isBelow: theirs) }
        if left.prerelease.isEmpty || right.prerelease.isEmpty {
            return !left.prerelease.isEmpty && right.prerelease.isEmpty
        }
        for (ours, theirs) in zip(left.prerelease, right.prerelease) where ours != theirs {
            return switch (isDigits(ours), isDigits(theirs)) {
            case (true, true): number(ours, isBelow: theirs)
            case (true, false): true
            case (false, true): false
            case (false, false): ours.utf8.lexicographicallyPrecedes(theirs.utf8)
            }
        }
        return left.prerelease.count < right.prerelease.count
    }

    /// Compares digits without leading zeros, so that no number is too large.
    private static func number(_ left: String, isBelow right: String) -> Bool {
        let (ours, theirs) = (left.utf8, right.utf8)
        return ours.count == theirs.count ? ours.lexicographicallyPrecedes(theirs) : ours.count < theirs.count
    }
}

extension SemanticVersion: Codable, CustomStringConvertible {
    package var description: String { text }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let version = SemanticVersion(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no semantic version")
        }
        self = version
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
