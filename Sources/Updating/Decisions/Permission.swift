import FoundationEssentials

/// How far a device goes on its own; the rest waits for its owner's yes.
package enum Automatic: String, Sendable, CaseIterable {
    /// It tells of a newer version.
    case notify
    /// It fetches and checks it, and doesn't switch.
    case fetch
    case all
}

/// What the owner's wishes let a run do.
package struct Permission: Equatable, Sendable {
    /// Why it may not fetch; nil where it may.
    package var fetching: OwnersReason?
    /// Why it may not switch to what is fetched; nil where it may.
    package var switching: OwnersReason?

    package static let everything = Permission()
}

/// A wish of the owner's that makes a version wait.
package enum OwnersReason: Equatable, Sendable {
    case notify
    case fetchOnly
    /// No window is open.
    case window
    /// The way to the repository leads over this link; nil where there is none.
    case link(String?)

    /// For results: what it waits for.
    var word: String {
        switch self {
        case .notify: "the owner's yes, to be fetched"
        case .fetchOnly: "the owner's yes, to be switched to"
        case .window: "the next window"
        case .link(let name): "another link than \(name ?? "none")"
        }
    }
}

extension DeviceConfiguration {
    /// What a run may do at `time` over `link`: a pure function. A yes is one to all of it.
    package func permission(at time: LocalTime, link: String?, isYes: Bool) -> Permission {
        if isYes { return .everything }
        var permission = Permission()
        if automatic != .all { permission.switching = .fetchOnly }
        if automatic == .notify {
            permission.fetching = .notify
        } else if !schedule.isOpen(at: time, device: id) {
            permission.fetching = .window
            permission.switching = permission.switching ?? .window
        } else if !schedule.allows(link: link) {
            permission.fetching = .link(link)
        }
        return permission
    }
}
