import FoundationEssentials
import Signatures
import Testing
import Trust

@Suite("A root is followed by one that both sign")
struct RootTests {
    var repository: RepositorySimulator

    init() throws { repository = try RepositorySimulator() }

    @Test("A chain that swaps every key is followed, though the roots between have expired")
    mutating func chain() throws {
        var trusted = try repository.trusted()
        for version in 2...4 {
            let old = repository.signers["root"] ?? []
            repository.signers["root"] = [try .generate(.p256)]
            repository.setKeys(of: "root", threshold: 1)
            repository.signed["root"]?["expires"] =
                .string(version == 4 ? RepositorySimulator.later : RepositorySimulator.past)
            repository.bump("root")
            let new = repository.signers["root"] ?? []
            #expect(throws: TrustError.tooFewSignatures(role: "root", found: 0, threshold: 1)) {
                try trusted.update(root: repository.bytes("root", by: new))
            }
            #expect(throws: TrustError.tooFewSignatures(role: "root", found: 0, threshold: 1)) {
                try trusted.update(root: repository.bytes("root", by: old))
            }
            try trusted.update(root: repository.bytes("root", by: old + new))
            #expect(trusted.rootVersion == version)
        }
        _ = try repository.refresh(trusted)
    }

    @Test("An expired last root ends the run at the timestamp")
    mutating func expired() throws {
        repository.signed["root"]?["expires"] = .string(RepositorySimulator.past)
        #expect(throws: TrustError.expired(role: "root", at: RepositorySimulator.past)) {
            try repository.refresh(repository.trusted())
        }
    }

    @Test("The version goes up by one", arguments: [1, 3])
    mutating func version(version: Int) throws {
        var trusted = try repository.trusted()
        repository.bump("root", to: version)
        #expect(throws: TrustError.wrongVersion(role: "root", expected: 2, found: version)) {
            try trusted.update(root: repository.bytes("root"))
        }
    }

    @Test("A threshold counts keys: not signatures, not identifiers")
    mutating func thresholds() throws {
        let one = try PrivateKey.generate(.p256), two = try PrivateKey.generate(.p384)
        repository.signers["timestamp"] = [one, two]
        repository.setKeys(of: "timestamp", threshold: 2)
        let trusted = try repository.trusted()
        _ = try repository.refresh(trusted)
        repository.signers["timestamp"] = [one]
        #expect(throws: TrustError.tooFewSignatures(role: "timestamp", found: 1, threshold: 2)) {
            try repository.refresh(trusted)
        }
        repository.signers["timestamp"] = [one, one]
        #expect(throws: TrustError.repeatedSignature(role: "timestamp", keyID: RoleKey(one.publicKey).keyID)) {
            try repository.refresh(trusted)
        }
    }

    @Test("One key under two identifiers is one key")
    mutating func aliases() throws {
        let key = try #require(repository.signers["timestamp"]?.first)
        let own = RoleKey(key.publicKey)
        var keys = try #require(repository.signed["root"]?["keys"])
        keys["alias"] = own.json
        repository.signed["root"]?["keys"] = keys
        var roles = try #require(repository.signed["root"]?["roles"])
        roles["timestamp"] = ["keyids": [.string(own.keyID), "alias"], "threshold": 2]
        repository.signed["root"]?["roles"] = roles
        var trusted = try repository.trusted()
        let timestamp = try #require(repository.signed["timestamp"])
        let sig = JSONValue.string(try key.sign(timestamp.canonical).lowercaseHex)
        let file: JSONValue = [
            "signed": timestamp,
            "signatures": [["keyid": .string(own.keyID), "sig": sig], ["keyid": "alias", "sig": sig]],
        ]
        #expect(throws: TrustError.tooFewSignatures(role: "timestamp", found: 1, threshold: 2)) {
            try trusted.update(timestamp: file.encoded, now: RepositorySimulator.now)
        }
    }

    @Test("Foreign, wrong and empty signatures are passed over")
    func passedOver() throws {
        let key = try #require(repository.signers["root"]?.first)
        let signed = try #require(repository.signed["root"])
        let good = JSONValue.string(try key.sign(signed.canonical).lowercaseHex)
        let file: JSONValue = [
            "signed": signed,
            "signatures": [
                ["keyid": "stranger", "sig": "abcd"],
                ["keyid": .string(RoleKey(try PrivateKey.generate(.p256).publicKey).keyID), "sig": ""],
                ["keyid": .string(RoleKey(key.publicKey).keyID), "sig": good],
            ],
        ]
        _ = try TrustedMetadata(root: file.encoded)
    }

    @Test("Unknown fields are signed over, at every level, and keys of unknown types do no harm")
    mutating func unknownFields() throws {
        repository.signed["root"]?["x-note"] = ["deep": [1, .null, true, "text \"quoted\" \\ \n"]]
        var keys = try #require(repository.signed["root"]?["keys"])
        keys["future"] = ["keytype": "ml-dsa", "scheme": "ml-dsa-65", "keyval": ["public": "…"], "custom-field": "x"]
        repository.signed["root"]?["keys"] = keys
        var roles = try #require(repository.signed["root"]?["roles"])
        roles["mirrors"] = ["keyids": ["future", "missing"], "threshold": 3]
        repository.signed["root"]?["roles"] = roles
        let bytes = try repository.bytes("root")
        _ = try TrustedMetadata(root: bytes)
        let changed = String(decoding: bytes, as: UTF8.self).replacing("x-note", with: "y-note")
        #expect(throws: TrustError.tooFewSignatures(role: "root", found: 0, threshold: 1)) {
            try TrustedMetadata(root: Array(changed.utf8))
        }
    }

    @Test("A trailing blank is not signed, and does no harm")
    func blank() throws {
        _ = try TrustedMetadata(root: repository.bytes("root") + [0x0A, 0x20])
    }
}
