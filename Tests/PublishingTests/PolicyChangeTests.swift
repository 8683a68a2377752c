import Files
import FoundationEssentials
import Publishing
import Signatures
import Testing
import Trust

@Suite("A new bundle policy is published only where every device that has the old one follows")
struct PolicyChangeTests {
    /// A policy that a second key joins, signed by those given.
    private func document(version: Int, of world: TestWorld, signers: [PrivateKey]) throws -> PolicyDocument {
        let second = Policy.Key(name: "second", key: try second.get().publicKey)
        let keys = [Policy.Key(name: "build", key: world.builder.publicKey), second]
        var document = PolicyDocument(try Policy(version: version, threshold: 1, keys: keys))
        for signer in signers { try document.sign(with: signer) }
        return document
    }

    private let second = Result { try PrivateKey.generate(.p256) }

    @Test("It is there under its version's name, too, for devices that are further behind")
    func published() throws {
        let world = try TestWorld()
        for version in 2...3 {
            let next = try document(version: version, of: world, signers: [world.builder])
            let outcome = try PolicyChange(folder: world.folder, keys: world.keys).run(next, now: TestWorld.now)
            #expect(outcome.waiting.isEmpty)
            #expect(try world.target("policy.json") == next.encoded)
            #expect(try world.target(PolicyDocument.path(version: version)) == next.encoded)
        }
        #expect(try world.find(PolicyDocument.path(version: 2)) != nil)
    }

    @Test("What devices would refuse changes nothing", arguments: ["a stranger's", "unsigned", "a version too far"])
    func refused(what: String) throws {
        let world = try TestWorld()
        let before = try world.files()
        let signers = what == "unsigned" ? [] : what == "a stranger's" ? [try second.get()] : [world.builder]
        let next = try document(version: what == "a version too far" ? 3 : 2, of: world, signers: signers)
        #expect(throws: SignatureError.self) {
            try PolicyChange(folder: world.folder, keys: world.keys).run(next, now: TestWorld.now)
        }
        #expect(try world.files() == before)
    }

    @Test("It needs the targets key: a channel's keys can't")
    func keys() throws {
        let world = try TestWorld()
        try FileSystem.remove(world.path + "/keys/targets.key")
        let next = try document(version: 2, of: world, signers: [world.builder])
        let before = try world.files()
        #expect(throws: PublishingError.self) {
            try PolicyChange(folder: world.folder, keys: world.keys).run(next, now: TestWorld.now)
        }
        #expect(try world.files() == before)
    }

    @Test("Pruning keeps every policy: a device follows them one by one")
    func pruning() async throws {
        let world = try TestWorld()
        for version in 2...3 {
            let next = try document(version: version, of: world, signers: [world.builder])
            _ = try PolicyChange(folder: world.folder, keys: world.keys).run(next, now: TestWorld.now)
        }
        for version in ["1.0.0", "1.1.0", "1.2.0"] { try await world.publish(world.bundle(version)) }
        let result = try Pruning(folder: world.folder, keys: world.keys, keep: 1).run(now: TestWorld.now)
        #expect(result.versions == ["home 1.0.0", "home 1.1.0"])
        for path in ["policy.json", PolicyDocument.path(version: 2), PolicyDocument.path(version: 3)] {
            #expect(try !world.target(path).isEmpty, "\(path)")
        }
    }
}
