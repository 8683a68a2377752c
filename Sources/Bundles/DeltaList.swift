import Signatures

/// The deltas that lead to a published version (`deltas.json`, beside its `index.json` in a repository).
///
/// Like the index it gives one digest per chunk, so that a delta is checked as it comes, gone on with where it stopped,
/// and never decoded before all of it is known to be right.
package struct DeltaList: Codable, Hashable, Sendable {
    package let chunkSize: Int
    /// In the order of their bases' digests.
    package let deltas: [Entry]

    package struct Entry: Codable, Hashable, Sendable {
        /// The version that devices have.
        package let from: SemanticVersion
        /// The member that the delta gives.
        package let member: String
        /// SHA-256 of the member as `from` has it.
        package let base: Digest
        package let size: Int
        package let sha256: Digest
        /// One digest per chunk; the last chunk may be short.
        package let chunks: [Digest]

        package init(
            from: SemanticVersion, member: String, base: Digest, size: Int, sha256: Digest, chunks: [Digest]
        ) {
            self.from = from
            self.member = member
            self.base = base
            self.size = size
            self.sha256 = sha256
            self.chunks = chunks
        }

        /// The name of the delta's file, which stands beside the list.
        package var name: String { "from-\(from.text).delta" }
    }

    private enum CodingKeys: String, CodingKey {
        case chunkSize = "chunk_size"
        case deltas
    }

    package init(_ deltas: [Entry]) {
        chunkSize = BundleLimits.chunkSize
        self.deltas = deltas.sorted { $0.base < $1.base }
    }

    /// The list's name in a version's folder.
    package static let name = "deltas.json"
    /// How many deltas may lead to one version.
    package static let limit = 64

    /// The bytes of `deltas.json`.
    package func encoded() throws -> [UInt8] { try CanonicalJSON.encode(self) }

    /// Reads a list whose digest has been checked.
    package init(parsing bytes: [UInt8]) throws(BundleError) {
        self = try CanonicalJSON.decode(DeltaList.self, bytes, path: Self.name)
        guard chunkSize == BundleLimits.chunkSize else {
            throw .malformedDocument(path: Self.name, field: "chunk_size")
        }
        guard deltas.count <= Self.limit else {
            throw .limitExceeded(.members, limit: Self.limit, found: deltas.count)
        }
        for (number, delta) in deltas.enumerated() {
            guard (1...BundleLimits.size).contains(delta.size), BundlePath.isPayload(delta.member),
                delta.chunks.count == (delta.size + chunkSize - 1) / chunkSize
            else { throw .malformedDocument(path: Self.name, field: "deltas.\(number)") }
        }
    }
}
