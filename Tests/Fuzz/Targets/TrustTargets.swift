import FoundationEssentials
import Signatures
import Trust

/// A root whose one key signs everything, so that the fuzzer gets past the signatures.
enum Workflow {

    /// Our root alone, read once.
    static let trusted = seed.split(separator: 0x0A).first.flatMap { part in
        try? TrustedMetadata(root: try signed(part))
    }

    /// The `signed` parts of the four roles in their order, a line each.
    static var seed: [UInt8] {
        guard let key = FixedKeys.ed25519 else { return [] }
        let description = RoleKey(key.publicKey)
        let role: JSONValue = ["keyids": [.string(description.keyID)], "threshold": 1]
        func part(_ name: String, _ members: [String: JSONValue]) -> JSONValue {
            let common: [String: JSONValue] = [
                "_type": .string(name), "spec_version": "1.0.31", "version": 1, "expires": "2030-01-01T00:00:00Z",
            ]
            return .object(common.merging(members) { $1 })
        }
        var roles: JSONValue = [:], keys: JSONValue = [:]
        for name in Root.topLevel { roles[name] = role }
        keys[description.keyID] = description.json
        let parts = [
            part("root", ["consistent_snapshot": true, "keys": keys, "roles": roles]),
            part("timestamp", ["meta": ["snapshot.json": ["version": 1]]]),
            part("snapshot", ["meta": ["targets.json": ["version": 1]]]),
            part(
                "targets",
                [
                    "targets": ["a": ["length": 0, "hashes": ["sha256": "00"]]],
                    "delegations": [
                        "keys": keys,
                        "roles": [
                            [
                                "name": "b", "keyids": [.string(description.keyID)], "threshold": 1,
                                "paths": ["*/x?"], "terminating": true,
                            ]
                        ],
                    ],
                ]),
        ]
        return Array(parts.map(\.encoded).joined(separator: [0x0A]))
    }

    /// A part of the input, signed.
    static func signed(_ part: ArraySlice<UInt8>) throws -> [UInt8] {
        guard let key = FixedKeys.ed25519 else { return [] }
        return try Envelope(signing: try JSONValue(parsing: Array(part)), with: [key]).encoded
    }
}

/// Each role's metadata, unsigned.
func fuzzMetadata(_ bytes: [UInt8]) throws {
    for part in bytes.split(separator: 0x0A) {
        _ = try? Envelope(parsing: Array(part), role: "root")
        guard let value = try? JSONValue(parsing: Array(part)) else { continue }
        _ = try? Root(value)
        guard let targets = try? Targets(value) else { continue }
        var search = TargetSearch(for: "a/xy", below: targets)
        while let next = try search.next() { law(!next.name.isEmpty, "roles have names") }
    }
}

/// The client's workflow over parts that are signed as they should be: a version never falls.
///
/// The trusted root is ours, so that a changed root is asked for its signatures, too.
func fuzzWorkflow(_ bytes: [UInt8]) throws {
    let parts = bytes.split(separator: 0x0A, maxSplits: 8)
    guard var trusted = Workflow.trusted, parts.count > 1 else { return }
    try? trusted.update(root: try Workflow.signed(parts[0]))
    for part in parts.dropFirst() {
        guard let signed = try? Workflow.signed(part) else { continue }
        let before = trusted.timestampVersion ?? 0
        // Checking signatures takes the time; what no step could take is seen by the first alike.
        switch (try? JSONValue(parsing: Array(part)))?["_type"]?.string {
        case Snapshot.name: try? trusted.update(snapshot: signed, now: FixedKeys.now)
        case Targets.name: try? trusted.update(targets: signed, now: FixedKeys.now)
        default: _ = try? trusted.update(timestamp: signed, now: FixedKeys.now)
        }
        law((trusted.timestampVersion ?? 0) >= before, "the timestamp never falls")
    }
}

/// A channel says the same when it is written and read again, and decides about any device.
func fuzzChannel(_ bytes: [UInt8]) throws {
    let channel = try Channel(parsing: bytes)
    for release in channel.models.values.flatMap(\.releases) { _ = release.includes(deviceID: [1, 2, 3]) }
    law(try Channel(parsing: try channel.encoded) == channel, "channels are read as written")
}
