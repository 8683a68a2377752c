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

/// What this device holds of one model.
package struct ModelState: Codable, Equatable, Sendable {
    package var confirmed: Installed?
    package var trial: Trial?
    package var previous: Installed?
    /// No version below this is ever installed; it never falls.
    package var floor: String?
    package var blocked: [Blocked] = []
    package var undecided: Undecided?

    package init() {}

    /// The version that `current` names.
    package var active: Installed? { trial?.release ?? confirmed }

    /// The versions that have to be on disk.
    package var named: [Installed] { [trial?.release, confirmed, previous].compactMap(\.self) }

    package func isBlocked(_ indexSHA256: String) -> Bool {
        blocked.contains { $0.indexSHA256 == indexSHA256 }
    }
}
