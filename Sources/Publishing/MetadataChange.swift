import FoundationEssentials
import Signatures
import Trust

/// New versions of some roles' metadata: edited and signed in memory, then written so that no reader ever sees a
/// mixture. What lacks signatures waits in `pending/`, and everything else with it.
struct MetadataChange {
    let keys: KeyRing
    private let now: Date
    private let newestRoot: Root?
    /// What is current, by role.
    let current: [String: Envelope]
    /// What comes next, by role.
    var drafts: [String: Envelope] = [:]
    private(set) var renewed: Set<String> = []

    /// Begins a change of what is current.
    init(_ state: RepositoryState, keys: KeyRing, now: Date) {
        self.keys = keys
        self.now = now
        newestRoot = state.root
        current = state.envelopes
    }

    /// Goes on with a change that waits for signatures.
    init(_ state: RepositoryState, continuing pending: PendingMetadata, keys: KeyRing, now: Date) throws {
        self.init(state, keys: keys, now: now)
        let signers = try signers(pending.drafts)
        // What no key may sign is nobody's draft.
        drafts = pending.drafts.filter { signers.keys(of: $0.key) != nil }
    }

    /// The first version of a repository.
    init(founding root: JSONValue, keys: KeyRing, now: Date) throws {
        self.keys = keys
        self.now = now
        newestRoot = nil
        current = [:]
        drafts[Root.name] = try Envelope(signing: root, with: [])
        try edit(Targets.name) { _ in }
    }

    /// Throws unless at least one key of each role is at hand.
    func demand(_ roles: [String]) throws {
        let signers = try signers(drafts)
        for role in roles {
            guard let named = signers.keys(of: role) else { throw PublishingError.unknownRole(role) }
            if try keys.signers(of: role, among: [named]).isEmpty {
                throw PublishingError.keysMissing(
                    role: role, folder: keys.folder, found: 0, threshold: named.threshold)
            }
        }
    }

    /// Whether enough keys of a role are at hand to renew it.
    func isAtHand(_ role: String) throws -> Bool {
        guard let named = try signers(drafts).keys(of: role) else { return false }
        return try keys.signers(of: role, among: [named]).count >= named.threshold
    }

    /// Changes a role's next version; the first edit begins it, with a new expiry.
    mutating func edit(_ role: String, _ body: (inout JSONValue) throws -> Void) throws {
        var signed = drafts[role]?.signed ?? next(role)
        try body(&signed)
        drafts[role] = try Envelope(signing: signed, with: [])
    }

    /// Gives a role a new version with a new expiry.
    mutating func renew(_ role: String) throws {
        renewed.insert(role)
        if role != Snapshot.name, role != Timestamp.name { try edit(role) { _ in } }
    }

    /// Names a file whose bytes have been placed below `targets/`, in the top-level targets or in a channel.
    mutating func setTarget(_ path: String, in role: String = Targets.name, length: Int, digest: Digest) throws {
        try edit(role) { signed in
            var targets = signed["targets"] ?? [:]
            targets[path] = ["length": .integer(length), "hashes": ["sha256": .string(digest.hex)]]
            signed["targets"] = targets
        }
    }

    /// Takes files out of the top-level targets.
    mutating func removeTargets(where isGone: (String) -> Bool) throws {
        try edit(Targets.name) { signed in
            signed["targets"] = .object((signed["targets"]?.object ?? [:]).filter { !isGone($0.key) })
        }
    }

    /// Who signs, once the drafts hold.
    func signers(_ drafts: [String: Envelope]) throws -> Signers {
        let founding = try self.drafts[Root.name].map { try Root($0.signed) }
        guard let root = try drafts[Root.name].map({ try Root($0.signed) }) ?? newestRoot ?? founding else {
            throw PublishingError.unknownRole(Root.name)
        }
        let targets = drafts[Targets.name] ?? current[Targets.name]
        return Signers(root: root, targets: try targets.map { try Targets($0.signed) })
    }

    /// The current version with the number and the expiry of the next; an empty one where there is none.
    func next(_ role: String) -> JSONValue {
        let isTargets = role != Snapshot.name && role != Timestamp.name
        var signed =
            current[role]?.signed
            ?? ["_type": .string(isTargets ? Targets.name : role), "spec_version": "1.0.31"]
        if current[role] == nil, isTargets { signed["targets"] = [:] }
        signed["version"] = .integer((current[role]?.version ?? 0) + 1)
        signed["expires"] = .string(Lifetime.expiry(of: role, now: now).text)
        return signed
    }
}
