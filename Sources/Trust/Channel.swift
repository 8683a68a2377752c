import FoundationEssentials
import Signatures

/// What a channel offers: the target `channels/<channel>.json`.
package struct Channel: Codable, Hashable, Sendable {
    /// By model name.
    package var models: [String: Model]

    package struct Model: Codable, Hashable, Sendable {
        package var releases: [Release]

        package init(releases: [Release] = []) { self.releases = releases }
    }

    /// One version, offered to a part of the devices.
    package struct Release: Codable, Hashable, Sendable {
        package var version: String
        /// SHA-256 of the bundle's index.json, in lower-case hex.
        package var index: String
        /// From 0 to 100, in hundredths.
        package var percent: Double
        /// Random bytes in lower-case hex, fixed for the release, so that a larger percentage only adds devices.
        package var salt: String
        /// Not before this moment, `YYYY-MM-DDTHH:MM:SSZ`.
        package var notBefore: String?
        /// Confirmed versions that may go back to this one.
        package var stepBackFrom: [String]

        package init(
            version: String, index: Digest, percent: Double, salt: [UInt8], notBefore: Moment? = nil,
            stepBackFrom: [String] = []
        ) {
            self.version = version
            self.index = index.hex
            self.percent = percent
            self.salt = salt.lowercaseHex
            self.notBefore = notBefore?.text
            self.stepBackFrom = stepBackFrom
        }

        enum CodingKeys: String, CodingKey {
            case version, percent, salt
            case index = "index_sha256"
            case notBefore = "not_before"
            case stepBackFrom = "step_back_from"
        }
    }

    package init(models: [String: Model] = [:]) { self.models = models }

    /// The target path of a channel.
    package static func path(_ name: String) -> String { "channels/\(name).json" }

    /// The channels that a repository's targets role tells of: those it has itself, and those it delegates by their paths.
    package static func names(in targets: Targets) -> [String] {
        let paths = Array(targets.files.keys) + (targets.delegations?.roles ?? []).flatMap(\.paths)
        let names = paths.compactMap { path in
            let name = path.split(separator: "/").last?.dropLast(".json".count).description ?? ""
            return path == Self.path(name) ? name : nil
        }
        return Set(names).sorted()
    }

    /// A share of the devices as people write it: `5%`, `0.25%`.
    package static func words(percent: Double) -> String {
        percent == percent.rounded() ? "\(Int(percent))%" : "\(percent)%"
    }
}

extension Channel {
    /// Reads a channel whose digest has been checked. Members that later versions add are passed over.
    package init(parsing bytes: [UInt8]) throws(TrustError) {
        guard let channel = try? JSONDecoder().decode(Channel.self, from: Data(bytes)) else {
            throw .malformed(role: "channel", field: "models")
        }
        for release in channel.models.values.flatMap(\.releases) { try release.check() }
        self = channel
    }

    /// The channel as JSON: sorted names, no blanks.
    package var encoded: [UInt8] {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return Array(try encoder.encode(self))
        }
    }
}

extension Channel.Release {
    /// Whether a device takes part: the big-endian u32 of SHA-256(salt ‖ id) mod 10000 is below percent × 100.
    package func includes(deviceID: [UInt8]) -> Bool {
        let salt = [UInt8](lowercaseHex: salt) ?? []
        let draw = Digest.sha256(salt + deviceID).bytes.prefix(4).reduce(0) { $0 << 8 | UInt64($1) } % 10_000
        return draw < UInt64((percent * 100).rounded())
    }

    /// SHA-256 of the bundle's index.json.
    package func indexDigest() throws(TrustError) -> Digest {
        guard let digest = Digest(hex: index) else { throw .malformed(role: "channel", field: "index_sha256") }
        return digest
    }

    fileprivate func check() throws(TrustError) {
        _ = try indexDigest()
        guard (0...100).contains(percent) else { throw .malformed(role: "channel", field: "percent") }
        guard [UInt8](lowercaseHex: salt) != nil else { throw .malformed(role: "channel", field: "salt") }
        if let notBefore, Moment(notBefore) == nil { throw .malformed(role: "channel", field: "not_before") }
    }
}
