import Bundles
import Files
import Signatures
import Testing

@Suite("A bundle may have several signers, one file each")
struct SigningTests {
    @Test("Another signature changes nothing that is signed, in whichever order the signers come")
    func several() throws {
        let fixture = try Fixture(signed: false)
        let bare = try Bundle(path: fixture.path)
        #expect(bare.signatures.isEmpty)
        let other = try PrivateKey.generate(.p384)
        try bare.sign(with: [Signer(fixture.key)], output: fixture.folder("one"))
        try Bundle(path: fixture.folder("one")).sign(with: [Signer(other)], output: fixture.folder("one"))
        try bare.sign(with: [Signer(other)], output: fixture.folder("two"))
        try Bundle(path: fixture.folder("two")).sign(with: [Signer(fixture.key)], output: fixture.folder("two"))
        let both = try Policy(
            threshold: 2,
            keys: [.init(name: "build", key: fixture.key.publicKey), .init(name: "release", key: other.publicKey)])
        var paths: [[String]] = []
        for name in ["one", "two"] {
            let verified = try Bundle.verify(path: fixture.folder(name), policy: both)
            #expect(verified.signers == ["build", "release"])
            #expect(verified.value.contentDigest == bare.contentDigest)
            paths.append(verified.value.signatures.map(\.path))
        }
        #expect(paths[0] == paths[1])
        #expect(throws: BundleError.alreadySigned(path: try Bundle(path: fixture.folder("one")).signatures[0].path)) {
            let bundle = try Bundle(path: fixture.folder("one"))
            let first = bundle.signatures[0].signature.isSigned(by: fixture.key.publicKey)
            try bundle.sign(with: [Signer(first ? fixture.key : other)], output: fixture.folder("three"))
        }
        #expect(!FileSystem.exists(fixture.folder("three")))
    }

    @Test("A signature by nobody the policy knows, or for something else, is refused")
    func refused() throws {
        let fixture = try Fixture()
        let stranger = try Policy(
            threshold: 1, keys: [.init(name: "build", key: PrivateKey.generate(.p256).publicKey)])
        #expect(throws: BundleError.notTrusted([.tooFewSigners(found: 0, threshold: 1)])) {
            try Bundle.verify(path: fixture.path, policy: stranger)
        }
        try Fixture.write(to: fixture.folder("later"), keys: [], time: 1)
        let later = try Bundle(path: fixture.folder("later"))
        let signed = try Bundle(path: fixture.path)
        let signature = signed.signatures[0]
        let error = BundleError.signatureDoesNotCover(path: BundlePath.index, signature: signature.path)
        #expect(throws: error) {
            try BundleHead.verify(
                index: later.index.encoded(), manifest: later.bytes(of: BundlePath.manifest),
                signatures: [(signature.path, signature.bytes)], policy: fixture.policy)
        }
        // The right index under a wrong subject.
        var writer = try BundleWriter(destination: fixture.folder("wrong"))
        for member in Fixture.members { try writer.add(path: member.path, bytes: member.bytes) }
        _ = try writer.finish(subject: "home-2.0.0", keys: [fixture.key])
        #expect(
            throws: BundleError.signatureDoesNotCover(path: BundlePath.manifest, signature: signature.path)
        ) { try fixture.verify(fixture.folder("wrong")) }
    }
}
