import Files
import FoundationEssentials
import Signatures
import Trust

/// What was published: the result, and a line of the repository's log.
package struct Published: Encodable, Sendable {
    package let time: String
    package let name: String
    package let version: String
    package let channel: String
    package let percent: Double
    /// SHA-256 of the bundle's index.json.
    package let contentDigest: String
    /// The reason that was given for publishing whatever the judge says.
    package let forced: String?
    /// What the judge had against it.
    package let against: [String]

    /// The deltas that were made.
    package internal(set) var deltas: [Delta] = []

    /// A delta to this version.
    package struct Delta: Encodable, Sendable {
        /// The version that it leads from.
        package let from: String
        package let bytes: Int
    }

    /// Target paths of this release whose files were missing or damaged: put back, and those that could not be.
    package internal(set) var restored: [String] = []
    package internal(set) var missing: [String] = []
    /// The paths of keys that had to be made.
    package internal(set) var made: [String] = []
    /// What lacks signatures before clients get any of it.
    package internal(set) var waiting: [ChangeOutcome.Waiting] = []

    enum CodingKeys: String, CodingKey {
        case time, name, version, channel, percent, forced, against, deltas, restored, missing, made, waiting
        case contentDigest = "content_sha256"
    }

    init(_ candidate: Candidate, _ offer: Offer, forced: String?, against: [String], at moment: Moment) {
        time = moment.text
        name = candidate.name
        version = candidate.version.text
        channel = offer.channel
        percent = offer.percent
        contentDigest = candidate.indexDigest.hex
        self.forced = forced
        self.against = against
    }

    /// One line of JSON.
    var line: [UInt8] {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
        }
    }
}

/// What the repository's log says was published, of versions that were withdrawn or pruned as well.
struct PublishedContent: Decodable {
    let name: String
    let version: String
    let channel: String?
    let content: String

    enum CodingKeys: String, CodingKey {
        case name, version, channel
        case content = "content_sha256"
    }

    /// Lines that say something else are passed over.
    static func read(_ folder: RepositoryFolder) throws -> [PublishedContent] {
        guard FileSystem.exists(folder.log) else { return [] }
        return try FileSystem.read(folder.log).split(separator: UInt8(ascii: "\n")).compactMap {
            try? JSONDecoder().decode(PublishedContent.self, from: Data($0))
        }
    }
}
