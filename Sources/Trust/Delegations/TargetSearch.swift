/// The way to a file: through the delegations in pre-order, depth first, each role once (specification 5.6.7).
///
/// The caller takes one delegation after the other from `next`, gets that role's metadata, and says what it delegates.
package struct TargetSearch: Sendable {
    package let path: String
    /// The next role last.
    private var open: [Delegation] = []
    private var visited: Set<String> = []

    /// How many delegated roles one search asks (python-tuf's limit, too).
    package static let limit = 32

    /// Begins below the top-level targets, which don't have the file themselves.
    package init(for path: String, below targets: Targets) {
        self.path = path
        enter(targets)
    }

    /// The next role to ask; nil at the end.
    package mutating func next() throws(TrustError) -> Delegation? {
        while let delegation = open.popLast() {
            guard visited.insert(delegation.name).inserted else { continue }
            guard visited.count <= Self.limit else { throw .tooManyDelegations(path: path, limit: Self.limit) }
            return delegation
        }
        return nil
    }

    /// Puts the roles that `targets` delegates the path to before those that are still open; nothing comes after a
    /// terminating one.
    package mutating func enter(_ targets: Targets) {
        var roles: [Delegation] = []
        for delegation in targets.delegations?.covering(path) ?? [] {
            roles.append(delegation)
            if delegation.isTerminating {
                open = []
                break
            }
        }
        open += roles.reversed()
    }
}
