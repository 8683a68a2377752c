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

    enum CodingKeys: String, CodingKey {
        case time, name, version, channel, percent, forced, against
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
