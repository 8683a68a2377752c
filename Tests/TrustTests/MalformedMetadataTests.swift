import FoundationEssentials
import Signatures
import Testing
import Trust

@Suite("Malformed metadata is refused, and never crashes")
struct MalformedMetadataTests {
    let repository: RepositorySimulator

    init() throws { repository = try RepositorySimulator() }

    @Test("Truncation at every offset")
    func truncation() throws {
        let bytes = try repository.bytes("root")
        for count in bytes.indices {
            #expect(throws: TrustError.self) { try TrustedMetadata(root: Array(bytes.prefix(count))) }
        }
    }

    @Test("Mutated bytes are refused unless they mean the same", arguments: [1, 2, 3] as [UInt64])
    func mutation(seed: UInt64) throws {
        let original = try repository.bytes("root")
        let signed = try Envelope(parsing: original, role: "root").signed
        var random = SplitMix(state: seed)
        for round in 0..<400 {
            var bytes = original
            for _ in 0...(round % 3) {
                let place = Int.random(in: bytes.indices, using: &random)
                bytes[place] = .random(in: 0...255, using: &random)
            }
            guard (try? TrustedMetadata(root: bytes)) != nil else { continue }
            #expect(try Envelope(parsing: bytes, role: "root").signed == signed, "seed \(seed), round \(round)")
        }
    }

    @Test(
        "A wrong or missing field is named",
        arguments: [
            ("version", 0), ("version", "1"), ("version", nil), ("expires", "2027-06-01"), ("expires", nil),
            ("spec_version", "2.0"), ("spec_version", "1"), ("spec_version", 1), ("roles", nil), ("keys", []),
            ("expires", "2027-02-29T00:00:00Z"),
        ] as [(String, JSONValue?)])
    func fields(field: String, value: JSONValue?) throws {
        var repository = repository
        repository.signed["root"]?[field] = value
        #expect(throws: TrustError.malformed(role: "root", field: field)) { try repository.trusted() }
    }

    @Test("A root without one of the four roles, or with a threshold of none, is refused", arguments: Root.topLevel)
    func roles(role: String) throws {
        var repository = repository
        let roles = try #require(repository.signed["root"]?["roles"])
        var without = roles
        without[role] = nil
        repository.signed["root"]?["roles"] = without
        #expect(throws: TrustError.malformed(role: "root", field: role)) { try repository.trusted() }
        var open = roles
        open[role] = ["keyids": [], "threshold": 0]
        repository.signed["root"]?["roles"] = open
        #expect(throws: TrustError.malformed(role: "root", field: "threshold")) { try repository.trusted() }
    }

    @Test("A file's length cannot be negative, nor its digest no text")
    func files() throws {
        for file: JSONValue in [
            ["length": -1, "hashes": ["sha256": "00"]], ["length": 1, "hashes": ["sha256": 5]], ["length": 1], [],
        ] {
            var repository = repository
            repository.signed["targets"]?["targets"] = ["f": file]
            #expect(throws: TrustError.self) { try repository.refresh(repository.trusted()) }
        }
    }
}

/// A small generator with a printable seed.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
