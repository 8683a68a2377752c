import FoundationEssentials
import Signatures
import Testing

@Suite("A certificate counts only if it leads to a pinned root and is for signing")
struct CertificateTests {
    let root: TestAuthority, middle: TestAuthority
    let key: PrivateKey
    let now = TestAuthority.now

    init() throws {
        root = try TestAuthority("root")
        middle = try TestAuthority("middle", below: root)
        key = try .generate(.p384)
    }

    func problem(
        _ claims: TestAuthority.Claims, below middle: TestAuthority? = nil, at now: Date = TestAuthority.now
    ) throws -> CertificateProblem? {
        let middle = middle ?? self.middle
        let chain = [try middle.certify(key.publicKey, "leaf", claims), middle.certificate]
        return CertificateChain.problem(of: chain, below: [root.certificate], at: now)
    }

    @Test(
        "What the signer's certificate says decides",
        arguments: [
            (.init(), nil), (.init(usage: nil), nil), (.init(purposes: []), nil), (.init(purposes: [1, 3]), nil),
            (.init(usage: 0x04), .notForSigning), (.init(purposes: [1]), .notForSigning),
            (.init(usage: nil, purposes: []), .notForSigning), (.init(isAuthority: true, usage: 0x84), .notForSigning),
            (.init(validity: -3 ... -1), .expired), (.init(validity: 1...2), .notYetValid),
        ] as [(TestAuthority.Claims, CertificateProblem?)])
    func leaf(claims: TestAuthority.Claims, expected: CertificateProblem?) throws {
        #expect(try problem(claims) == expected)
    }

    @Test("So does what its issuer's says")
    func issuer() throws {
        let other = try TestAuthority("other")
        #expect(try problem(.init(), below: TestAuthority("middle", below: other)) == .untrusted)
        let expired = try TestAuthority(
            "middle", below: root, claims: .init(isAuthority: true, usage: 4, validity: -3 ... -2))
        #expect(try problem(.init(), below: expired) == .expired)
        let server = try TestAuthority("middle", below: root, claims: .init(isAuthority: true, usage: 4, purposes: [1]))
        #expect(try problem(.init(), below: server) == .notForSigning)
        for claims in [TestAuthority.Claims(), .init(usage: 4, purposes: [])] {
            #expect(try problem(.init(), below: TestAuthority("middle", below: root, claims: claims)) != nil)
        }
    }

    @Test("The time is the verifier's")
    func time() throws {
        #expect(try problem(.init(validity: -2...9), at: now.addingTimeInterval(0.9 * 86400)) == nil)
        // The authority's own certificate ends after a day.
        #expect(try problem(.init(validity: -2...9), at: now.addingTimeInterval(2 * 86400)) == .expired)
    }

    @Test("A chain with a hole leads nowhere; a pinned issuer or a pinned signer is enough")
    func anchors() throws {
        let leaf = try middle.certify(key.publicKey, "leaf")
        #expect(CertificateChain.problem(of: [leaf], below: [root.certificate], at: now) == .untrusted)
        #expect(CertificateChain.problem(of: [leaf], below: [middle.certificate], at: now) == nil)
        #expect(CertificateChain.problem(of: [leaf], below: [leaf], at: now) == nil)
        #expect(
            CertificateChain.problem(of: [leaf, middle.certificate, root.certificate], below: [], at: now) == .untrusted
        )
        #expect(CertificateChain.problem(of: [], below: [root.certificate], at: now) == .untrusted)
    }

    @Test("No byte of a chain can change unseen")
    func tampering() throws {
        let leaf = try middle.certify(key.publicKey, "leaf")
        for index in leaf.der.indices {
            var bytes = leaf.der
            bytes[index] ^= 1
            guard let changed = try? Certificate(der: bytes) else { continue }
            let problem = CertificateChain.problem(
                of: [changed, middle.certificate], below: [root.certificate], at: now)
            #expect(problem != nil, "byte \(index)")
        }
        #expect(throws: SignatureError.malformedCertificate) { try Certificate(der: leaf.der + [0]) }
    }

    @Test("PEM gives the same certificates back, whatever stands between them")
    func pem() throws {
        let text = "a leaf\n" + root.certificate.pem + "\nand\n" + middle.certificate.pem
        #expect(try Certificate.reading(pem: text) == [root.certificate, middle.certificate])
        #expect(root.certificate.subject == "CN=root")
        #expect(throws: SignatureError.malformedCertificate) { try Certificate.reading(pem: "") }
        #expect(throws: SignatureError.malformedCertificate) {
            try Certificate.reading(pem: String(root.certificate.pem.dropLast(30)))
        }
    }
}

@Suite("A policy believes certificates below its roots")
struct CertifiedSignatureTests {
    let root: TestAuthority
    let keys: [PrivateKey]
    let now = TestAuthority.now

    init() throws {
        root = try TestAuthority("root")
        keys = [try .generate(.p256), try .generate(.p521)]
    }

    func signature(by index: Int, _ claims: TestAuthority.Claims = .init()) throws -> ModelSignature {
        let chain = [root.certificate, try root.certify(keys[index].publicKey, "signer \(index)", claims)]
        return try .sign(
            subject: "a-1.0.0", resources: ModelSignatureTests.resources,
            signer: Signer(keys[index], certificates: chain))
    }

    @Test("Signed, written, read, believed, the signer's certificate first")
    func roundTrip() throws {
        let signature = try signature(by: 0)
        let read = try ModelSignature(parsing: signature.encoded)
        #expect(read == signature)
        #expect(read.certificates.map(\.subject) == ["CN=signer 0", "CN=root"])
        #expect(read.hint == keys[0].publicKey.fingerprint.hex)
        let policy = try Policy(threshold: 1, keys: [], roots: [root.certificate])
        #expect(policy.judge([read], at: now) == .accepted(signers: ["CN=signer 0"]))
        // Nobody says what time it is, or the root is another.
        #expect(policy.judge([read]) == .refused([.tooFewSigners(found: 0, threshold: 1)]))
        let other = try Policy(threshold: 1, keys: [], roots: [TestAuthority("root").certificate])
        guard case .refused(let refusals) = other.judge([read], at: now) else {
            Issue.record("believed below another root")
            return
        }
        #expect(refusals.contains(.tooFewSigners(found: 0, threshold: 1)))
    }

    @Test("A threshold counts keys, however many certificates one key has")
    func threshold() throws {
        let policy = try Policy(threshold: 2, keys: [], roots: [root.certificate])
        let twice = [try signature(by: 0), try signature(by: 0)]
        #expect(policy.judge(twice, at: now) == .refused([.tooFewSigners(found: 1, threshold: 2)]))
        #expect(
            policy.judge(twice + [try signature(by: 1)], at: now) == .accepted(signers: ["CN=signer 0", "CN=signer 1"]))
        // A key that the policy also names counts once.
        let both = try Policy(
            threshold: 2, keys: [.init(name: "build", key: keys[0].publicKey)], roots: [root.certificate])
        #expect(both.judge(twice, at: now) == .refused([.tooFewSigners(found: 1, threshold: 2)]))
    }

    @Test("An expired certificate is said to be one")
    func expired() throws {
        let policy = try Policy(threshold: 1, keys: [], roots: [root.certificate])
        let old = try signature(by: 0, .init(validity: -5 ... -2))
        #expect(
            policy.judge([old], at: now)
                == .refused([
                    .tooFewSigners(found: 0, threshold: 1), .invalidCertificate(subject: "CN=signer 0", .expired),
                ]))
    }

    @Test("Subjects can be required, and none passes for a key of the same name")
    func required() throws {
        let subject = "CN=signer 0"
        let policy = try Policy(threshold: 1, keys: [], roots: [root.certificate], required: [subject])
        #expect(policy.judge([try signature(by: 0)], at: now) == .accepted(signers: [subject]))
        #expect(policy.judge([try signature(by: 1)], at: now) == .refused([.missingSigner(subject)]))
        let named = try Policy(
            threshold: 1, keys: [.init(name: subject, key: keys[1].publicKey)], roots: [root.certificate],
            required: [subject])
        #expect(named.judge([try signature(by: 0)], at: now) == .refused([.missingSigner(subject)]))
    }

    @Test("Another's certificate is no use to a thief, and refuses a bundle that has enough signers")
    func stolen() throws {
        #expect(throws: SignatureError.self) { try Signer(keys[0], certificates: [root.certificate]) }
        let good = try signature(by: 0), other = try signature(by: 1)
        // One signer's certificate over the other's signature.
        let json = try JSONValue(parsing: good.encoded)
        var forged = json
        forged["verificationMaterial"] = try JSONValue(parsing: other.encoded)["verificationMaterial"]
        let policy = try Policy(threshold: 1, keys: [], roots: [root.certificate])
        let verdict = policy.judge([good, try ModelSignature(parsing: forged.encoded)], at: now)
        #expect(verdict == .refused([.invalidSignature(key: "CN=signer 1")]))
    }

    @Test("A policy with roots is written and read")
    func configuration() throws {
        let policy = try Policy(
            threshold: 2, keys: [.init(name: "build", key: keys[0].publicKey)], roots: [root.certificate])
        #expect(try Policy(parsing: String(decoding: policy.encoded, as: UTF8.self), file: "policy.json") == policy)
        #expect(throws: SignatureError.malformedPolicy(.repeatedRoot(subject: "CN=root"))) {
            try Policy(threshold: 1, keys: [], roots: [root.certificate, root.certificate])
        }
    }
}
