import Signatures
import Testing

@Suite("A policy counts keys, not files")
struct PolicyTests {
    let keys: [PrivateKey]
    let named: [Policy.Key]

    init() throws {
        keys = [try .generate(.p256), try .generate(.p384), try .generate(.p256)]
        named = zip(["build", "release", "audit"], keys).map { Policy.Key(name: $0, key: $1.publicKey) }
    }

    func signature(by index: Int) throws -> ModelSignature {
        try .sign(subject: "a-1.0.0", resources: ModelSignatureTests.resources, key: keys[index])
    }

    @Test("Two files by one key are one signer")
    func distinct() throws {
        let policy = try Policy(threshold: 2, keys: named)
        let twice = [try signature(by: 0), try signature(by: 0)]
        #expect(policy.judge(twice) == .refused([.tooFewSigners(found: 1, threshold: 2)]))
        #expect(policy.judge(twice + [try signature(by: 1)]) == .accepted(signers: ["build", "release"]))
        #expect(policy.judge([]) == .refused([.tooFewSigners(found: 0, threshold: 2)]))
    }

    @Test("A required signer must be among them")
    func required() throws {
        let policy = try Policy(threshold: 1, keys: named, required: ["audit"])
        #expect(policy.judge([try signature(by: 0)]) == .refused([.missingSigner("audit")]))
        #expect(policy.judge([try signature(by: 2)]) == .accepted(signers: ["audit"]))
    }

    @Test("Keys outside the policy count for nothing and do no harm")
    func strangers() throws {
        let policy = try Policy(threshold: 1, keys: Array(named.prefix(1)))
        #expect(policy.judge([try signature(by: 1)]) == .refused([.tooFewSigners(found: 0, threshold: 1)]))
        #expect(policy.judge([try signature(by: 1), try signature(by: 0)]) == .accepted(signers: ["build"]))
    }

    @Test("A policy that contradicts itself is refused")
    func contradictions() throws {
        func problem(_ body: () throws -> Policy) -> PolicyProblem? {
            do { _ = try body() } catch SignatureError.malformedPolicy(let problem) { return problem } catch {}
            return nil
        }
        #expect(problem { try Policy(threshold: 4, keys: named) } == .threshold(4, keys: 3))
        #expect(problem { try Policy(threshold: 0, keys: named) } == .threshold(0, keys: 3))
        #expect(problem { try Policy(threshold: 1, keys: []) } == .threshold(1, keys: 0))
        #expect(problem { try Policy(threshold: 1, keys: named + [named[0]]) } == .repeatedName("build"))
        #expect(
            problem { try Policy(threshold: 1, keys: named + [.init(name: "b", key: named[0].key)]) }
                == .repeatedKey("b"))
        #expect(problem { try Policy(threshold: 1, keys: named, required: ["x"]) } == .unknownRequired("x"))
        #expect(problem { try Policy(version: 0, threshold: 1, keys: named) } == .version(0))
        let ed = Policy.Key(name: "ed", key: try PrivateKey.generate(.ed25519).publicKey)
        #expect(problem { try Policy(threshold: 1, keys: [ed]) } == .keyNotForModels("ed"))
    }
}
