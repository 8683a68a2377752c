import FoundationEssentials
import Signatures
import Testing
import Trust

@Suite("Metadata is believed step by step")
struct WorkflowTests {
    var repository: RepositorySimulator
    let now = RepositorySimulator.now

    init() throws { repository = try RepositorySimulator() }

    @Test("A whole repository is believed, with every kind of key", arguments: PublicKey.Kind.allCases)
    func whole(kind: PublicKey.Kind) throws {
        if kind == .rsa { return }  // Slow to make; RoleKeyTests has one.
        let repository = try RepositorySimulator(kind: kind)
        let trusted = try repository.refresh(repository.trusted())
        let file = try #require(trusted.targets?.files["a/file.txt"])
        try file.verify(Array("content".utf8))
        #expect(file.consistentPath == "a/\(Digest.sha256(Array("content".utf8)).hex).file.txt")
        #expect(trusted.targets?.files["other"] == nil)
        #expect(trusted.fileName(of: "targets", version: 7) == "7.targets.json")
    }

    @Test("A file with another content is refused")
    func content() throws {
        let file = try #require(try repository.refresh(repository.trusted()).targets?.files["a/file.txt"])
        #expect(throws: TrustError.wrongDigest(name: "a/file.txt")) { try file.verify(Array("Content".utf8)) }
        #expect(throws: TrustError.wrongLength(name: "a/file.txt", expected: 7, found: 8)) {
            try file.verify(Array("content ".utf8))
        }
    }

    @Test("Digests: sha512 alone is enough, an unknown one is not, and all that are known must agree")
    mutating func digests() throws {
        let content = Array("content".utf8)
        let sha512 = JSONValue.string(HashAlgorithm.sha512.hash(content).lowercaseHex)
        func file(_ hashes: JSONValue) throws -> TargetFile {
            var repository = repository
            repository.signed["targets"]?["targets"] = ["f": ["length": 7, "hashes": hashes, "custom": ["x": 1]]]
            return try #require(try repository.refresh(repository.trusted()).targets?.files["f"])
        }
        try file(["sha512": sha512]).verify(content)
        try file(["sha512": sha512, "md6": "00"]).verify(content)
        #expect(throws: TrustError.noKnownDigest(name: "f")) { try file(["md6": "00"]).verify(content) }
        let wrong = try file(["sha512": sha512, "sha256": .string(String(repeating: "0", count: 64))])
        #expect(throws: TrustError.wrongDigest(name: "f")) { try wrong.verify(content) }
    }

    @Test("Another role's keys do not sign", arguments: ["timestamp", "snapshot", "targets"])
    mutating func wrongKeys(role: String) throws {
        let trusted = try repository.trusted()
        repository.signers[role] = repository.signers["root"]
        #expect(throws: TrustError.tooFewSignatures(role: role, found: 0, threshold: 1)) {
            try repository.refresh(trusted)
        }
    }

    @Test("One role's metadata is not another's, though one key signs both")
    mutating func wrongType() throws {
        repository.signers["timestamp"] = repository.signers["snapshot"]
        repository.setKeys(of: "timestamp", threshold: 1)
        var trusted = try repository.trusted()
        #expect(throws: TrustError.wrongType(role: "timestamp", found: "snapshot")) {
            try trusted.update(timestamp: repository.bytes("snapshot"), now: now)
        }
    }

    @Test("Expired metadata is refused", arguments: ["timestamp", "snapshot", "targets"])
    mutating func expired(role: String) throws {
        repository.signed[role]?["expires"] = .string(RepositorySimulator.past)
        #expect(throws: TrustError.expired(role: role, at: RepositorySimulator.past)) {
            try repository.refresh(repository.trusted())
        }
    }

    @Test("Metadata expires at its moment, not after it")
    func moment() throws {
        let expiry = try #require(Moment(RepositorySimulator.later))
        let trusted = try repository.trusted()
        let before = Date(timeIntervalSince1970: Double(expiry.seconds) - 0.5)
        _ = try repository.refresh(trusted, now: before)
        let at = Date(timeIntervalSince1970: Double(expiry.seconds))
        #expect(throws: TrustError.expired(role: "root", at: RepositorySimulator.later)) {
            try repository.refresh(trusted, now: at)
        }
    }

    @Test("A timestamp's version never falls; the same version changes nothing")
    mutating func timestampRollback() throws {
        repository.bump("timestamp", to: 5)
        var trusted = try repository.trusted()
        #expect(try trusted.update(timestamp: repository.bytes("timestamp"), now: now))
        repository.bump("snapshot", to: 9)
        #expect(try !trusted.update(timestamp: repository.bytes("timestamp"), now: now))
        #expect(trusted.snapshotMeta?.version == 1)
        repository.bump("timestamp", to: 4)
        #expect(throws: TrustError.rollback(role: "timestamp", trusted: 5, found: 4)) {
            try trusted.update(timestamp: repository.bytes("timestamp"), now: now)
        }
    }

    @Test("A newer timestamp must not name an older snapshot")
    mutating func snapshotRollback() throws {
        repository.bump("snapshot", to: 3)
        var trusted = try repository.trusted()
        try trusted.update(timestamp: repository.bytes("timestamp"), now: now)
        repository.bump("snapshot", to: 2)
        repository.bump("timestamp")
        #expect(throws: TrustError.rollback(role: "snapshot", trusted: 3, found: 2)) {
            try trusted.update(timestamp: repository.bytes("timestamp"), now: now)
        }
    }

    @Test("An expired timestamp kept from earlier is what the new one is compared with")
    mutating func expiredLocal() throws {
        repository.bump("timestamp", to: 5)
        repository.signed["timestamp"]?["expires"] = .string(RepositorySimulator.past)
        var trusted = try repository.trusted()
        #expect(throws: TrustError.self) { try trusted.update(timestamp: repository.bytes("timestamp"), now: now) }
        repository.signed["timestamp"]?["expires"] = .string(RepositorySimulator.later)
        repository.bump("timestamp", to: 4)
        #expect(throws: TrustError.rollback(role: "timestamp", trusted: 5, found: 4)) {
            try trusted.update(timestamp: repository.bytes("timestamp"), now: now)
        }
    }

    @Test("In a newer snapshot no version falls and no role vanishes")
    mutating func targetsRollback() throws {
        repository.bump("targets", to: 4)
        let old = try repository.bytes("snapshot")
        repository.bump("snapshot", "timestamp")
        var trusted = try repository.trusted()
        try trusted.update(timestamp: repository.bytes("timestamp"), now: now)
        // The one kept from earlier is not the timestamp's, and says so.
        #expect(throws: TrustError.wrongVersion(role: "snapshot", expected: 2, found: 1)) {
            try trusted.update(snapshot: old, now: now, isLocal: true)
        }
        var fallen = repository
        fallen.bump("targets", to: 3)
        #expect(throws: TrustError.rollback(role: "targets.json", trusted: 4, found: 3)) {
            try trusted.update(snapshot: fallen.bytes("snapshot"), now: now)
        }
        fallen.signed["snapshot"]?["meta"] = ["other.json": ["version": 9]]
        #expect(throws: TrustError.missingRole(role: "targets.json")) {
            try trusted.update(snapshot: fallen.bytes("snapshot"), now: now)
        }
        try trusted.update(snapshot: repository.bytes("snapshot"), now: now)
        try trusted.update(targets: repository.bytes("targets"), now: now)
    }

    @Test("Mix and match: a snapshot or targets of another version is refused")
    mutating func mixAndMatch() throws {
        let old = repository
        repository.release()
        var trusted = try repository.trusted()
        try trusted.update(timestamp: repository.bytes("timestamp"), now: now)
        var copy = trusted
        #expect(throws: TrustError.wrongVersion(role: "snapshot", expected: 2, found: 1)) {
            try copy.update(snapshot: old.bytes("snapshot"), now: now)
        }
        try trusted.update(snapshot: repository.bytes("snapshot"), now: now)
        #expect(throws: TrustError.wrongVersion(role: "targets", expected: 2, found: 1)) {
            try trusted.update(targets: old.bytes("targets"), now: now)
        }
    }

    @Test("Length and digest in the timestamp bind the snapshot")
    mutating func bound() throws {
        let bytes = try repository.bytes("snapshot")
        func update(_ length: Int, _ digest: Digest, _ given: [UInt8]) throws {
            var repository = repository
            repository.signed["timestamp"]?["meta"] = [
                "snapshot.json": [
                    "version": 1, "length": .integer(length), "hashes": ["sha256": .string(digest.hex)],
                ]
            ]
            var trusted = try repository.trusted()
            try trusted.update(timestamp: repository.bytes("timestamp"), now: now)
            try trusted.update(snapshot: given, now: now)
        }
        try update(bytes.count, .sha256(bytes), bytes)
        #expect(throws: TrustError.wrongLength(name: "snapshot", expected: bytes.count, found: bytes.count + 1)) {
            try update(bytes.count, .sha256(bytes), bytes + [0x20])
        }
        #expect(throws: TrustError.wrongDigest(name: "snapshot")) { try update(bytes.count, .sha256([]), bytes) }
    }

    @Test("Nothing is taken out of order")
    func order() throws {
        var trusted = try repository.trusted()
        #expect(throws: TrustError.outOfOrder(role: "snapshot")) {
            try trusted.update(snapshot: repository.bytes("snapshot"), now: now)
        }
        #expect(throws: TrustError.outOfOrder(role: "targets")) {
            try trusted.update(targets: repository.bytes("targets"), now: now)
        }
        try trusted.update(timestamp: repository.bytes("timestamp"), now: now)
        #expect(throws: TrustError.outOfOrder(role: "root")) { try trusted.update(root: repository.bytes("root")) }
    }
}
