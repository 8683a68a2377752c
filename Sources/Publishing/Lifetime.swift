import FoundationEssentials
import Trust

/// How long new metadata of a role is good for.
enum Lifetime {
    private static let days = [Root.name: 365, Targets.name: 90, Snapshot.name: 7, Timestamp.name: 1]

    static func expiry(of role: String, now: Date) -> Moment {
        Moment(seconds: Moment(now).seconds + (days[role] ?? 1) * 86400)
    }
}
