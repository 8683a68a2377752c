import Files
import Signatures

/// Follows the bundle policy that a repository publishes, version by version.
enum PolicyFollower {
    /// How large a policy may be.
    static let limit = 1 << 20
    /// How many versions one run goes on.
    private static let steps = 64

    /// The policy that `targets` lead to from `current`; throws for one that they don't lead to.
    ///
    /// An older one, or none, changes nothing: the device knows better.
    static func follow(_ current: Policy, _ targets: inout TargetFetcher) throws -> Policy {
        var current = current
        let path = PolicyDocument.path
        guard let bytes = try targets.fetch(kept: path, limit: limit) else { return current }
        let newest = try PolicyDocument(parsing: bytes, file: path)
        for _ in 0..<steps where current.version < newest.policy.version {
            let isLast = current.version + 1 == newest.policy.version
            let path = PolicyDocument.path(version: current.version + 1)
            let next = isLast ? newest : try document(path, &targets)
            guard let next else { throw UpdateError.noTarget(path) }
            current = try PolicySuccession.next(after: current, next)
        }
        return current
    }

    private static func document(_ path: String, _ targets: inout TargetFetcher) throws -> PolicyDocument? {
        guard let bytes = try targets.fetch(path, limit: limit) else { return nil }
        return try PolicyDocument(parsing: bytes, file: path)
    }
}
