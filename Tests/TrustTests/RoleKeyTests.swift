import Signatures
import Testing
import Trust

@Suite("Keys and signatures are those of other TUF tools")
struct RoleKeyTests {
    @Test("A root that RSA, P-256, P-384 and Ed25519 keys signed is believed")
    func foreign() throws {
        let trusted = try TrustedMetadata(root: Array(foreignRoot.utf8))
        #expect(trusted.root.roles["root"]?.threshold == 4)
        let kinds = trusted.root.roles["root"]?.keys.values.map(\.kind.rawValue).sorted()
        #expect(kinds == ["ed25519", "p256", "p384", "rsa"])
    }

    @Test("A wrong signature of any kind is not counted", arguments: 0..<4)
    func wrong(index: Int) throws {
        let json = try JSONValue(parsing: Array(foreignRoot.utf8))
        var changed = json, signatures = try #require(json["signatures"]?.array)
        let text = try #require(signatures[index]["sig"]?.string)
        // The last digit is within the number itself for every kind.
        signatures[index]["sig"] = .string(text.dropLast() + (text.hasSuffix("0") ? "1" : "0"))
        changed["signatures"] = .array(signatures)
        #expect(throws: TrustError.tooFewSignatures(role: "root", found: 3, threshold: 4)) {
            try TrustedMetadata(root: changed.encoded)
        }
    }

    @Test("Identifiers are those that python-tuf gives")
    func identifiers() throws {
        let json = try JSONValue(parsing: Array(foreignRoot.utf8))
        for (keyID, key) in try #require(json["signed"]?["keys"]?.object) {
            var plain = key
            plain["x-note"] = nil  // Was added after the identifier had been made.
            #expect(Digest.sha256(plain.canonical).hex == keyID)
        }
    }

    @Test("What is described is read back", arguments: PublicKey.Kind.allCases)
    func roundTrip(kind: PublicKey.Kind) throws {
        if kind == .rsa { return }  // Slow to make; the foreign root has one.
        var repository = try RepositorySimulator()
        let key = try PrivateKey.generate(kind)
        repository.signers["targets"] = [key]
        repository.setKeys(of: "targets", threshold: 1)
        #expect(try repository.trusted().root.roles["targets"]?.keys[RoleKey(key.publicKey).keyID] == key.publicKey)
    }

    @Test("The older key type of ECDSA keys is read; a scheme that is not the key's cannot sign")
    func types() throws {
        let key = try PrivateKey.generate(.p256)
        func readable(_ type: JSONValue, _ scheme: JSONValue) throws -> Bool {
            var repository = try RepositorySimulator()
            var roles = try #require(repository.signed["root"]?["roles"])
            var keys = try #require(repository.signed["root"]?["keys"])
            keys["x"] = ["keytype": type, "scheme": scheme, "keyval": ["public": .string(key.publicKey.pem)]]
            roles["targets"] = ["keyids": ["x"], "threshold": 1]
            repository.signed["root"]?["keys"] = keys
            repository.signed["root"]?["roles"] = roles
            return try repository.trusted().root.roles["targets"]?.keys["x"] == key.publicKey
        }
        #expect(try readable("ecdsa", "ecdsa-sha2-nistp256"))
        #expect(try readable("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256"))
        #expect(try !readable("ecdsa", "ecdsa-sha2-nistp384"))
        #expect(try !readable("rsa", "rsassa-pss-sha256"))
        #expect(try !readable("ed25519", "ed25519"))
    }
}
