import FoundationEssentials
import Trust

/// How long new metadata of a role is good for.
enum Lifetime {
    /// Channels have the targets' time.
    private static let days = [Root.name: 365, Snapshot.name: 7, Timestamp.name: 1]

    static func expiry(of role: String, now: Date) -> Moment {
        Moment(seconds: Moment(now).seconds + (days[role] ?? 90) * 86400)
    }
}
