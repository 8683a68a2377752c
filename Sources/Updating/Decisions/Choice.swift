import Bundles
import FoundationEssentials
import Trust

/// What a device does about the releases that its channel offers.
package enum Choice: Equatable, Sendable {
    case install(Channel.Release)
    /// There is a newer release, and it isn't for this device now.
    case wait(version: String, Waiting)
    case upToDate
}

/// Why a release has to wait.
package enum Waiting: Equatable, Sendable {
    /// It is offered to a part of the devices, and this one isn't among them.
    case rollout(percent: Double)
    case notBefore(String)
    case blocked
    case belowFloor(String)
    /// The owner wants another version, and only that.
    case pinned(String)
}

/// The release to install: the highest that this device may have. A pure function.
///
/// A release is higher than the confirmed one, or is meant to be gone back to from it. A version that any release
/// is meant to replace by a step back is never installed again.
package func choose(
    from releases: [Channel.Release], state: ModelState, device id: [UInt8], now: Date
) -> Choice {
    let abandoned = Set(releases.flatMap(\.stepBackFrom))
    let confirmed = state.confirmed.flatMap { SemanticVersion($0.version) }
    let candidates = releases.compactMap { release -> (version: SemanticVersion, release: Channel.Release)? in
        guard let version = SemanticVersion(release.version), !abandoned.contains(release.version) else { return nil }
        guard let confirmed else { return (version, release) }
        let isStepBack = version < confirmed && release.stepBackFrom.contains(confirmed.text)
        return version > confirmed || isStepBack ? (version, release) : nil
    }
    var waiting: Choice = .upToDate
    for candidate in candidates.sorted(by: { $0.version > $1.version }) {
        guard let reason = reasonToWait(candidate.release, state, id, now) else { return .install(candidate.release) }
        if waiting == .upToDate { waiting = .wait(version: candidate.release.version, reason) }
    }
    return waiting
}

private func reasonToWait(_ release: Channel.Release, _ state: ModelState, _ id: [UInt8], _ now: Date) -> Waiting? {
    if state.isBlocked(release.index) { return .blocked }
    if let pinned = state.pinned, pinned != release.version { return .pinned(pinned) }
    if let floor = state.floor, isBelow(release.version, floor) { return .belowFloor(floor) }
    if let text = release.notBefore, let moment = Moment(text), Moment(now) < moment { return .notBefore(text) }
    return release.includes(deviceID: id) ? nil : .rollout(percent: release.percent)
}
