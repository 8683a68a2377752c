import Files
import Signatures
import Trust

/// Metadata that waits for more signatures, in `pending/`: one file a role, and never served.
struct PendingMetadata {
    /// By role; only what comes next after the current metadata.
    private(set) var drafts: [String: Envelope] = [:]

    init(in folder: RepositoryFolder, after state: RepositoryState) throws {
        guard FileSystem.isDirectory(folder.pending) else { return }
        for name in try FileSystem.list(folder.pending) where name.hasSuffix(".json") {
            let role = String(name.dropLast(".json".count))
            let bytes = try FileSystem.read(folder.pending + "/" + name, limit: TrustedMetadata.Limit.targets)
            let draft = try Envelope(parsing: bytes, role: role)
            if draft.version == state.version(of: role) + 1 { drafts[role] = draft }
        }
    }

    /// The roles that clients would get new content from; snapshot and timestamp only follow.
    var content: [String] { drafts.keys.filter { $0 != Snapshot.name && $0 != Timestamp.name }.sorted() }

    /// Keeps drafts beside those kept before.
    static func save(_ drafts: [String: Envelope], in folder: RepositoryFolder) throws {
        try FileSystem.createDirectory(folder.pending)
        for (role, draft) in drafts {
            try FileSystem.replace("\(folder.pending)/\(role).json", with: draft.encoded)
        }
    }

    /// Drops the drafts of some roles.
    static func remove(_ roles: [String], in folder: RepositoryFolder) throws {
        guard FileSystem.isDirectory(folder.pending) else { return }
        for role in roles { try FileSystem.remove("\(folder.pending)/\(role).json") }
        if try FileSystem.list(folder.pending).isEmpty { try FileSystem.remove(folder.pending) }
    }
}

/// What came of a change.
package struct ChangeOutcome: Encodable, Equatable, Sendable {
    /// The roles that clients get anew: root, targets and channels, snapshot, timestamp.
    package var written: [String] = []
    /// What lacks signatures. Nothing was written then: all of it waits in `pending/`.
    package var waiting: [Waiting] = []

    package struct Waiting: Encodable, Equatable, Sendable {
        package let role: String
        package let version: Int
        /// How many of the keys that must sign have signed, where most are lacking.
        package let signatures: Int
        package let threshold: Int
        /// SHA-256 of what is to be signed, in canonical JSON: for signers to compare.
        package let content: String

        enum CodingKeys: String, CodingKey {
            case role, version, signatures, threshold
            case content = "content_sha256"
        }
    }
}
