/// A version of a model that this device has, or had.
package struct Installed: Codable, Hashable, Sendable {
    package let version: String
    /// The digest of its `index.json`, in hex: what it is, whatever it calls itself.
    package let indexSHA256: String
    /// The lowest version that this one lets the device go back to, once it is confirmed.
    package let floor: String?

    package init(version: String, indexSHA256: String, floor: String? = nil) {
        self.version = version
        self.indexSHA256 = indexSHA256
        self.floor = floor
    }

    private enum CodingKeys: String, CodingKey {
        case version, floor
        case indexSHA256 = "index_sha256"
    }
}

/// A version that is in use and not yet confirmed.
package struct Trial: Codable, Equatable, Sendable {
    package let release: Installed
    /// Seconds since 1970 after which each run costs an attempt.
    package let deadline: Int
    package var attemptsLeft: Int

    private enum CodingKeys: String, CodingKey {
        case release, deadline
        case attemptsLeft = "attempts_left"
    }
}

/// A version that this device won't install again.
package struct Blocked: Codable, Equatable, Sendable {
    package let version: String
    package let indexSHA256: String
    package let reason: String

    /// The owner went back from it.
    static let rolledBack = "rolled back"
    /// It was on trial until its time was up.
    static let overdue = "not confirmed in time"

    private enum CodingKeys: String, CodingKey {
        case version, reason
        case indexSHA256 = "index_sha256"
    }
}

/// Health checks that came to no verdict, on a version not in use.
package struct Undecided: Codable, Equatable, Sendable {
    package let indexSHA256: String
    package let count: Int

    private enum CodingKeys: String, CodingKey {
        case count
        case indexSHA256 = "index_sha256"
    }
}

extension ModelStatus {
    /// A newer release that the last check found, and that waits.
    public struct Offer: Codable, Equatable, Sendable {
        /// The version that is offered.
        public let version: String
        /// Bytes that are to be fetched for it; nil where nobody asked.
        public package(set) var bytes: Int?
        /// What it waits for: a short text.
        public let waits: String

        package init(version: String, bytes: Int? = nil, waits: String) {
            self.version = version
            self.bytes = bytes
            self.waits = waits
        }
    }
}

/// What this device holds of one model.
package struct ModelState: Codable, Equatable, Sendable {
    package var confirmed: Installed?
    package var trial: Trial?
    package var previous: Installed?
    /// Versions before `previous`, newest first.
    package var kept: [Installed] = []
    /// A version that lies in staging, whole and checked, and waits for the switch.
    package var staged: Installed?
    /// The only version that the owner lets be installed.
    package var pinned: String?
    package var offer: ModelStatus.Offer?
    /// No version below this is ever installed; it never falls.
    package var floor: String?
    package var blocked: [Blocked] = []
    package var undecided: Undecided?

    package init() {}

    /// The version that `current` names.
    package var active: Installed? { trial?.release ?? confirmed }

    /// The versions that have to be on disk.
    package var named: [Installed] { [trial?.release, confirmed, previous].compactMap(\.self) + kept }

    package func isBlocked(_ indexSHA256: String) -> Bool {
        blocked.contains { $0.indexSHA256 == indexSHA256 }
    }
}

extension ModelState {
    private enum CodingKeys: CodingKey {
        case confirmed, trial, previous, kept, staged, pinned, offer, floor, blocked, undecided
    }

    /// Reads what this code wrote, or code before it that knew of no kept versions.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        confirmed = try container.decodeIfPresent(Installed.self, forKey: .confirmed)
        trial = try container.decodeIfPresent(Trial.self, forKey: .trial)
        previous = try container.decodeIfPresent(Installed.self, forKey: .previous)
        kept = try container.decodeIfPresent([Installed].self, forKey: .kept) ?? []
        staged = try container.decodeIfPresent(Installed.self, forKey: .staged)
        pinned = try container.decodeIfPresent(String.self, forKey: .pinned)
        offer = try container.decodeIfPresent(ModelStatus.Offer.self, forKey: .offer)
        floor = try container.decodeIfPresent(String.self, forKey: .floor)
        blocked = try container.decode([Blocked].self, forKey: .blocked)
        undecided = try container.decodeIfPresent(Undecided.self, forKey: .undecided)
    }
}
