/// What is on disk of one model, by the names of its versions.
package struct ModelDisk: Equatable, Sendable {
    package var versions: Set<String>
    package var staged: Set<String>
    /// The version that `current` points to; nil where there is no such link.
    package var current: String?

    package init(versions: Set<String> = [], staged: Set<String> = [], current: String? = nil) {
        self.versions = versions
        self.staged = staged
        self.current = current
    }
}

/// Something to put right.
package enum Repair: Equatable, Sendable {
    /// The state names a version that isn't there.
    case forget(version: String)
    /// `current` has to name this version; nil where it must not be.
    case point(version: String?)
    /// The state takes a version in staging for whole, and it isn't there.
    case discard(version: String)
    /// A version that the state doesn't name: back to staging, where it is judged anew or thrown away.
    case restage(version: String)
}

/// What to put right, in this order, where a run stopped midway: a pure function.
///
/// `current` follows the state, which never names a version that isn't durable; so the repair is always safe.
package func repairs(of state: ModelState, given disk: ModelDisk) -> [Repair] {
    var repairs: [Repair] = []
    var state = state
    for lost in Set(state.named.map(\.version)).subtracting(disk.versions).sorted() {
        repairs.append(.forget(version: lost))
        state = (try? state.after(.lost(version: lost))) ?? state
    }
    if disk.current != state.active?.version { repairs.append(.point(version: state.active?.version)) }
    let stray = disk.versions.subtracting(state.named.map(\.version))
    if let staged = state.staged?.version, !disk.staged.union(stray).contains(staged) {
        repairs.append(.discard(version: staged))
    }
    return repairs + stray.sorted().map { .restage(version: $0) }
}
