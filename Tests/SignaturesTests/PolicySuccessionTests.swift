import Signatures
import Testing

@Suite("One policy leads to the next only through the keys of both")
struct PolicySuccessionTests {
    let keys: [PrivateKey]
    let current: Policy

    init() throws {
        keys = try (0..<4).map { _ in try .generate(.p256) }
        current = try Self.policy(keys, [0, 1], version: 1)
    }

    static func policy(
        _ keys: [PrivateKey], _ chosen: [Int], version: Int, threshold: Int = 2, required: [String] = []
    ) throws -> Policy {
        try Policy(
            version: version, threshold: threshold,
            keys: chosen.map { .init(name: "key \($0)", key: keys[$0].publicKey) }, required: required)
    }

    func document(_ policy: Policy, signers: [Int]) throws -> PolicyDocument {
        var document = PolicyDocument(policy)
        for signer in signers { try document.sign(with: keys[signer]) }
        return try PolicyDocument(parsing: document.encoded, file: "policy.json")
    }

    func refusal(_ current: Policy, _ document: PolicyDocument) -> PolicySuccession.Refusal? {
        do throws(SignatureError) {
            _ = try PolicySuccession.next(after: current, document)
        } catch {
            if case .policyRefused(let refusal) = error { return refusal }
        }
        return nil
    }

    @Test("Signed by the thresholds of both, whoever else signs")
    func accepted() throws {
        let next = try Self.policy(keys, [1, 2], version: 2)
        #expect(try PolicySuccession.next(after: current, document(next, signers: [0, 1, 2, 3])) == next)
    }

    @Test("Who has a threshold of one of them only can't rotate", arguments: [[], [0], [1], [0, 1], [1, 2], [2, 3]])
    func thieves(signers: [Int]) throws {
        let next = try Self.policy(keys, [1, 2], version: 2)
        guard case .tooFewSigners = try refusal(current, document(next, signers: signers)) else {
            Issue.record("accepted with \(signers)")
            return
        }
    }

    @Test("Versions go up one by one; the same, an older or a later one is refused", arguments: [1, 3, 4])
    func versions(version: Int) throws {
        let document = try document(Self.policy(keys, [0, 1], version: version), signers: [0, 1])
        #expect(refusal(current, document) == .version(found: version, expected: 2))
    }

    @Test("A key that either policy requires must sign, whatever the thresholds")
    func required() throws {
        let now = try Self.policy(keys, [0, 1], version: 1, threshold: 1, required: ["key 1"])
        let without = try Self.policy(keys, [0], version: 2, threshold: 1)
        #expect(try refusal(now, document(without, signers: [0])) == .missingSigner("key 1", version: 1))
        #expect(try refusal(now, document(without, signers: [0, 1])) == nil)
        let with = try Self.policy(keys, [0, 2], version: 2, threshold: 1, required: ["key 2"])
        #expect(try refusal(current, document(with, signers: [0, 1])) == .missingSigner("key 2", version: 2))
    }

    @Test("No byte of a signed policy can change unseen")
    func tampering() throws {
        let next = try Self.policy(keys, [1, 2], version: 2)
        let good = try document(next, signers: [0, 1, 2]).encoded
        for index in stride(from: 0, to: good.count, by: 3) {
            var bytes = good
            bytes[index] ^= 1
            guard let changed = try? PolicyDocument(parsing: bytes, file: "policy.json") else { continue }
            #expect(refusal(current, changed) != nil, "byte \(index)")
        }
        #expect(throws: (any Error).self) { try PolicyDocument(parsing: good + [32], file: "policy.json") }
    }

    @Test("A signature for another policy is no use")
    func moved() throws {
        let other = try document(Self.policy(keys, [2, 3], version: 2), signers: [0, 1])
        let next = PolicyDocument(try Self.policy(keys, [1, 2], version: 2))
        var json = try JSONValue(parsing: other.encoded)
        var own = next
        try own.sign(with: keys[0])
        json["payload"] = try JSONValue(parsing: own.encoded)["payload"]
        let forged = try PolicyDocument(parsing: json.encoded, file: "policy.json")
        #expect(refusal(current, forged) == .invalidSignature(key: "key 0"))
    }
}
