import Bundles

/// A delta that the repository has, and whose base is on this device.
struct DeltaOffer: Equatable, Sendable {
    let entry: DeltaList.Entry
    /// Where the source has it.
    let address: String
    /// The file that it starts from.
    let base: String
    /// The chunks of the delta that aren't here yet.
    let missing: [Chunk]
}

/// How the bytes of a version come to a device: the cheapest way for each file. A pure function of what is missing.
struct FetchPlan: Equatable, Sendable {
    /// By the member that it makes.
    private(set) var deltas: [String: DeltaOffer] = [:]
    /// What is fetched as it is.
    private(set) var chunks: [Chunk] = []
    /// Bytes that are here already.
    private(set) var here = 0
    /// Bytes that the deltas give.
    private var made = 0

    /// On a metered link, what is fetched without a delta may be this much; more waits for another link.
    static let meteredLimit = 1 << 20

    /// `missing` are the chunks that `index` names and that aren't here, by member.
    init(_ index: Index, missing: [String: [Chunk]], offers: [DeltaOffer]) {
        for member in index.members {
            let wanted = missing[member.path] ?? []
            here += member.size - wanted.bytes
            let best =
                offers.filter { $0.entry.member == member.path }
                .min { ($0.missing.bytes, $0.entry.size) < ($1.missing.bytes, $1.entry.size) }
            if let best, best.missing.bytes < wanted.bytes {
                deltas[member.path] = best
                made += wanted.bytes
            } else {
                chunks += wanted
            }
        }
    }

    /// Whether the delta that makes `wanted` saves bytes where the server sends all of a file for a part of it: then what
    /// else comes from the bundle takes a pass over its beginning, and so would these.
    func paysWithoutRanges(_ delta: DeltaOffer, making wanted: [Chunk]) -> Bool {
        let pass = chunks.map(\.range.upperBound).max() ?? 0
        return delta.entry.size + pass < max(pass, wanted.map(\.range.upperBound).max() ?? 0)
    }

    /// Bytes of deltas to fetch.
    var deltaBytes: Int { deltas.values.reduce(0) { $0 + $1.missing.bytes } }
    /// Bytes to fetch of the bundle itself.
    var rangeBytes: Int { chunks.bytes }
    var fetchedBytes: Int { deltaBytes + rangeBytes }
    /// Bytes that will be written: what is fetched, and what the deltas make.
    var space: Int { fetchedBytes + made }

    /// For people and for JSON; `free` is what there is room for.
    func summary(free: Int) -> FetchSummary {
        FetchSummary(
            here: here, delta: deltaBytes, deltaFrom: deltas.values.map(\.entry.from.text).min(), ranges: rangeBytes,
            spaceNeeded: space, spaceFree: free)
    }
}

/// Where the bytes of a version come from, and what room they need.
public struct FetchSummary: Equatable, Sendable, Codable {
    /// Bytes that are on the device already.
    public let here: Int
    /// Bytes to fetch of a delta.
    public let delta: Int
    /// The version that the delta leads from.
    public let deltaFrom: String?
    /// Bytes to fetch of the bundle itself.
    public let ranges: Int
    /// Bytes that will be written.
    public let spaceNeeded: Int
    /// Bytes that are free there; 0 where nobody looked.
    public let spaceFree: Int

    private enum CodingKeys: String, CodingKey {
        case here, delta, ranges
        case deltaFrom = "delta_from"
        case spaceNeeded = "space_needed"
        case spaceFree = "space_free"
    }
}
