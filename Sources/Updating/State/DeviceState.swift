import Failures
import FoundationEssentials

/// What this device holds: the content of `state.json`, the one owner of truth.
package struct DeviceState: Codable, Equatable, Sendable {
    /// The form of `state.json` that this code writes, and the only one that it reads.
    package static let format = 1

    package let format: Int
    package var models: [String: ModelState]
    /// When metadata was last accepted, in seconds since 1970; the clock counts as no earlier.
    package var lastCheck: Int?

    package init() {
        format = Self.format
        models = [:]
    }

    private enum CodingKeys: String, CodingKey {
        case format, models
        case lastCheck = "last_check"
    }

    /// Reads `state.json`.
    package init(parsing bytes: [UInt8]) throws(StateError) {
        struct Format: Decodable { let format: Int }
        let data = Data(bytes)
        guard let found = try? JSONDecoder().decode(Format.self, from: data) else { throw .malformed }
        guard found.format == Self.format else { throw .unknownFormat(found.format) }
        guard let state = try? JSONDecoder().decode(DeviceState.self, from: data) else { throw .malformed }
        self = state
    }

    /// The bytes of `state.json`.
    package var encoded: [UInt8] {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return Array(try encoder.encode(self)) + [0x0A]
        }
    }

    /// The clock, which a flat battery must not turn back: no earlier than the last accepted check.
    package func now(clock: Date) -> Date {
        max(clock, Date(timeIntervalSince1970: Double(lastCheck ?? 0)))
    }
}

extension DeviceState {
    /// The error of a name that is none of this device's models.
    func unknownModel(_ name: String) -> StateError { .unknownModel(name, known: models.keys.sorted()) }
}

/// Why the state can't be used, or can't be changed as wanted.
package enum StateError: Error, Equatable {
    case malformed
    case unknownFormat(Int)
    /// The device has nothing of this model.
    case unknownModel(String, known: [String])
    /// There is nothing to confirm.
    case noTrial
    /// There is nothing to go back to.
    case noPrevious
    case blocked(version: String)
    case belowFloor(version: String, floor: String)
    case notBlocked(version: String)
    /// The owner wants another version, and only that.
    case pinned(version: String)
    case notPinned
    /// Nothing lies in staging, whole and checked.
    case nothingStaged
    /// A version that is confirmed can't be judged as a candidate.
    case isConfirmed(version: String)
}

extension StateError: ModelpackError {
    package var kind: FailureKind {
        switch self {
        case .malformed: .damaged
        case .unknownModel, .noTrial, .noPrevious, .notBlocked, .isConfirmed, .notPinned, .nothingStaged: .usage
        case .pinned, .unknownFormat: .notForThisDevice
        case .blocked: .refused
        case .belowFloor: .notTrusted
        }
    }
}
