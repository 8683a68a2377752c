import FoundationEssentials
import Signatures
import Testing
import Trust

@Suite("A targets role trusts others with part of its paths")
struct DelegationTests {
    var repository: RepositorySimulator
    let now = RepositorySimulator.now

    init() throws { repository = try RepositorySimulator() }

    private func search(_ path: String) throws -> (asked: [String], found: String?) {
        var trusted = try repository.refresh(repository.trusted())
        return try repository.search(path, in: &trusted)
    }

    @Test(
        "A pattern's star and question mark stop at slashes, and case counts",
        arguments: [
            ("*.tgz", "a.tgz", true), ("*.tgz", "a/b.tgz", false), ("*.tgz", "a.TGZ", false), ("a/*/*", "a/b/c", true),
            ("a/*/*", "a/b", false), ("foo-?.tgz", "foo-é.tgz", true), ("foo-?.tgz", "foo-.tgz", false),
            ("a*b*c", "axbc", true),
            ("a*b*c", "axbcd", false), ("***", "", true), ("?", "", false), ("a", "ab", false),
            ("*a*a*a*a*b", "aaaaaaaaaaaaaaaa", false),
            ("[a]", "a", false), ("[a]", "[a]", true),
        ])
    mutating func patterns(pattern: String, path: String, matches: Bool) throws {
        try repository.delegate("targets", "role", ["paths": [.string(pattern)]])
        #expect(try search(path).asked == (matches ? ["role"] : []))
    }

    @Test("Prefixes of a path's digest choose as well; both kinds at once are refused")
    mutating func prefixes() throws {
        let digest = Digest.sha256(Array("file".utf8)).hex
        try repository.delegate("targets", "no", ["path_hash_prefixes": ["0", "1"]])
        try repository.delegate("targets", "yes", ["path_hash_prefixes": [.string(digest.prefix(3).uppercased())]])
        #expect(try search("file").asked == ["yes"])
        try repository.delegate("targets", "both", ["path_hash_prefixes": ["0"], "paths": ["*"]])
        #expect(throws: TrustError.malformed(role: "targets", field: "path_hash_prefixes")) { try search("file") }
    }

    @Test("Succinct bins: the first bits of the digest are the role's number", arguments: [1, 4, 5, 14])
    mutating func bins(bits: Int) throws {
        let first = Digest.sha256(Array("file".utf8)).bytes.prefix(2).reduce(0) { $0 << 8 | Int($1) }
        let number = String(first >> (16 - bits), radix: 16), width = [1: 1, 4: 1, 5: 2, 14: 4][bits] ?? 0
        let name = "bin-" + String(repeating: "0", count: width - number.count) + number
        try repository.delegate("targets", name, [:])
        var delegations = try #require(repository.signed["targets"]?["delegations"])
        delegations["succinct_roles"] = [
            "keyids": delegations["roles"]?.array?.first?["keyids"] ?? .null, "threshold": 1,
            "bit_length": .integer(bits), "name_prefix": "bin",
        ]
        delegations["roles"] = nil
        repository.signed["targets"]?["delegations"] = delegations
        repository.signed[name]?["targets"] = ["file": ["length": 1, "hashes": ["sha256": "00"]]]
        #expect(try search("file").found == name)
    }

    @Test("A role is verified by the keys of the delegation that leads to it, each time")
    mutating func twoParents() throws {
        try repository.delegate("targets", "a", ["paths": ["one"]])
        try repository.delegate("targets", "b", ["paths": ["two"]])
        try repository.delegate("a", "third", ["paths": ["*"]])
        try repository.delegate("b", "third", ["paths": ["*"]])
        let all = try #require(repository.signers["third"])
        repository.signers["third"] = [all[0]]
        var trusted = try repository.refresh(repository.trusted())
        #expect(try repository.search("one", in: &trusted).asked == ["a", "third"])
        #expect(throws: TrustError.tooFewSignatures(role: "third", found: 0, threshold: 1)) {
            try repository.search("two", in: &trusted)
        }
        repository.signers["third"] = all
        var both = try repository.refresh(repository.trusted())
        #expect(try repository.search("one", in: &both).asked == ["a", "third"])
        #expect(try repository.search("two", in: &both).asked == ["b", "third"])
    }

    @Test("Pre-order, depth first, once each; a terminating role is the last with those below it")
    mutating func order() throws {
        let all: JSONValue = ["paths": ["*"]]
        try repository.delegate("targets", "a", all)
        try repository.delegate("targets", "b", ["paths": ["*"], "terminating": true])
        try repository.delegate("targets", "c", all)
        try repository.delegate("a", "d", all)
        try repository.delegate("d", "a", all)
        try repository.delegate("b", "e", all)
        // The second delegation to `a` has a key of its own.
        #expect(try search("file").asked == ["a", "d", "b", "e"])
    }

    @Test(
        "What goes wrong with a delegated role is refused",
        arguments: ["keys", "version", "expiry", "snapshot", "type"])
    mutating func refused(problem: String) throws {
        try repository.delegate("targets", "role", ["paths": ["*"]])
        switch problem {
        case "keys": repository.signers["role"] = repository.signers["targets"]
        case "version": repository.signed["role"]?["version"] = 2
        case "expiry": repository.signed["role"]?["expires"] = .string(RepositorySimulator.past)
        case "snapshot": repository.signed["snapshot"]?["meta"]?["role.json"] = nil
        default: repository.signed["role"]?["_type"] = "role"
        }
        let expected: [String: TrustError] = [
            "keys": .tooFewSignatures(role: "role", found: 0, threshold: 1),
            "version": .wrongVersion(role: "role", expected: 1, found: 2),
            "expiry": .expired(role: "role", at: RepositorySimulator.past), "snapshot": .missingRole(role: "role"),
            "type": .wrongType(role: "role", found: "role"),
        ]
        #expect(throws: try #require(expected[problem])) { try search("file") }
    }

    @Test(
        "Names of the four roles, no name, and names given twice are refused",
        arguments: ["root", "timestamp", "", "x"])
    mutating func names(name: String) throws {
        try repository.delegate("targets", "x", ["paths": ["*"]])
        var delegations = try #require(repository.signed["targets"]?["delegations"])
        var second = try #require(delegations["roles"]?.array?.first)
        second["name"] = .string(name)
        delegations["roles"] = [try #require(delegations["roles"]?.array?.first), second]
        repository.signed["targets"]?["delegations"] = delegations
        #expect(throws: TrustError.self) { try search("file") }
    }

    @Test("A search ends after 32 roles")
    mutating func limit() throws {
        for index in 0..<33 { try repository.delegate("targets", "r\(index)", ["paths": ["*"]]) }
        #expect(throws: TrustError.tooManyDelegations(path: "file", limit: 32)) { try search("file") }
    }
}
