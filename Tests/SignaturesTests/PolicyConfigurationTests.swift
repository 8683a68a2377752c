import Configuration
import Signatures
import Testing

@Suite("A policy is YAML that people write")
struct PolicyConfigurationTests {
    static let pem = Fixture.publicKey.split(separator: "\n").map { "      \($0)\n" }.joined()
    static let text = "version: 3\nthreshold: 1\nkeys:\n  - name: build\n    pem: |\n\(pem)required: [build]\n"

    @Test("Read, and written as JSON that is read again")
    func roundTrip() throws {
        let policy = try Policy(parsing: Self.text, file: "policy.yaml")
        #expect(policy.version == 3)
        #expect(policy.keys == [.init(name: "build", key: try PublicKey(pem: Fixture.publicKey))])
        #expect(policy.required == ["build"])
        #expect(try Policy(parsing: String(decoding: policy.encoded, as: UTF8.self), file: "policy.json") == policy)
    }

    @Test(
        "Mistakes are named with their place",
        arguments: [
            ("threshold: 1", "threshold: 2", 2), ("threshold: 1", "treshold: 1", 1), ("[build]", "[bild]", 10),
            ("version: 3", "version: 0", 1), ("name: build", "name: build\n    kind: x", 5),
            ("BEGIN PUBLIC", "BEGIN PUBIC", 5), ("required:", "roots: [x]\nrequired:", 10),
        ])
    func mistakes(old: String, new: String, line: Int) throws {
        let text = Self.text.replacing(old, with: new, maxReplacements: 1)
        let error = #expect(throws: ConfigurationError.self) { try Policy(parsing: text, file: "policy.yaml") }
        #expect(error?.line == line, "\(String(describing: error))")
    }
}
