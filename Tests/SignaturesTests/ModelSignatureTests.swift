import FoundationEssentials
import Signatures
import Testing

@Suite("A model signature says who signed which files")
struct ModelSignatureTests {
    static let resources = ["model/model.gguf", "index.json", "é", "README.md"].map {
        ModelSignature.Resource(name: $0, digest: .sha256(Array($0.utf8)))
    }

    @Test("Signed, written, read: the same, for each curve", arguments: [PublicKey.Kind.p256, .p384, .p521])
    func roundTrip(kind: PublicKey.Kind) throws {
        let key = try PrivateKey.generate(kind)
        let signature = try ModelSignature.sign(subject: "home-1.0.0", resources: Self.resources, key: key)
        let read = try ModelSignature(parsing: signature.encoded)
        #expect(read == signature)
        #expect(read.encoded == signature.encoded)
        #expect(read.subject == "home-1.0.0")
        #expect(read.resources.map(\.name) == ["README.md", "index.json", "model/model.gguf", "é"])
        #expect(read.isSigned(by: key.publicKey))
        #expect(try !read.isSigned(by: PrivateKey.generate(kind).publicKey))
    }

    @Test("Keys that OMS does not know cannot sign")
    func otherKeys() throws {
        let key = try PrivateKey.generate(.ed25519)
        #expect(throws: SignatureError.unsupportedKey(type: "ed25519")) {
            try ModelSignature.sign(subject: "a", resources: [], key: key)
        }
    }

    @Test("Every changed byte is refused by the reader or by the policy")
    func mutation() throws {
        let key = try PrivateKey.generate(.p256)
        let policy = try Policy(threshold: 1, keys: [.init(name: "build", key: key.publicKey)])
        let good = try ModelSignature.sign(subject: "home-1.0.0", resources: Self.resources, key: key).encoded
        let another = try ModelSignature.sign(subject: "home-1.0.0", resources: Self.resources, key: key)
        for index in good.indices {
            var bytes = good
            bytes[index] ^= index.isMultiple(of: 2) ? 1 : 32
            guard let signature = try? ModelSignature(parsing: bytes) else { continue }
            let verdict = policy.judge([another, signature])
            #expect(verdict == .refused([.invalidSignature(key: "build")]), "byte \(index)")
        }
    }

    @Test("Truncation at every offset, and anything appended, is refused")
    func truncation() throws {
        let good = try ModelSignature.sign(subject: "a-1.0.0", resources: Self.resources, key: .generate(.p256)).encoded
        for count in good.indices {
            #expect(throws: SignatureError.self) { try ModelSignature(parsing: Array(good.prefix(count))) }
        }
        #expect(throws: SignatureError.self) { try ModelSignature(parsing: good + [0x0A]) }
    }

    /// A statement in an envelope that is signed by nobody: reading comes before verifying.
    func envelope(_ change: (inout String) -> Void, signatures: String = #"[{"sig":"MEU="}]"#) -> [UInt8] {
        let digest = Digest.sha256([1]).hex
        var stream = DigestStream()
        stream.update(Digest.sha256([1]).bytes)
        var statement = #"{"_type":"https://in-toto.io/Statement/v1","#
        statement += #""predicateType":"https://model_signing/signature/v1.0","#
        statement += #""subject":[{"name":"m","digest":{"sha256":"\#(stream.finish().hex)"}}],"#
        statement += #""predicate":{"serialization":{"method":"files","hash_type":"sha256"},"#
        statement += #""resources":[{"name":"a","digest":"\#(digest)","algorithm":"sha256"}]}}"#
        change(&statement)
        let payload = Data(statement.utf8).base64EncodedString()
        let type = "application/vnd.dev.sigstore.bundle.v0.3+json"
        let envelope =
            #"{"payload":"\#(payload)","payloadType":"application/vnd.in-toto+json","signatures":\#(signatures)}"#
        return Array(
            #"{"mediaType":"\#(type)","verificationMaterial":{"publicKey":{}},"dsseEnvelope":\#(envelope)}"#.utf8)
    }

    @Test("What the reference tool lets pass is refused: a second signature, upper case, a name twice")
    func holes() throws {
        _ = try ModelSignature(parsingForeign: envelope { _ in })
        let digest = Digest.sha256([1]).hex
        let resource = #"{"name":"a","digest":"\#(digest)","algorithm":"sha256"}"#
        let wrong: [(String, [UInt8])] = [
            ("signatures", envelope({ _ in }, signatures: #"[{"sig":"MEU="},{"sig":"junk"}]"#)),
            ("signatures", envelope({ _ in }, signatures: "[]")),
            ("digest", envelope { $0 = $0.replacing(digest, with: digest.uppercased()) }),
            ("name", envelope { $0 = $0.replacing(resource, with: resource + "," + resource) }),
            ("method", envelope { $0 = $0.replacing("files", with: "shards") }),
        ]
        for (field, bytes) in wrong {
            #expect(throws: SignatureError.malformedSignature(field: field)) {
                try ModelSignature(parsingForeign: bytes)
            }
        }
    }

    @Test("What model_signing signed is read, and is not taken for a bundle's")
    func foreign() throws {
        let bytes = Array(Fixture.foreignSignature.utf8)
        let signature = try ModelSignature(parsingForeign: bytes)
        #expect(signature.isSigned(by: try PublicKey(pem: Fixture.publicKey)))
        #expect(signature.resources.map(\.name) == ["a.json", "model/model.gguf"])
        #expect(signature.ignoredPaths.contains(".git"))
        #expect(throws: SignatureError.self) { try ModelSignature(parsing: bytes) }
    }
}
