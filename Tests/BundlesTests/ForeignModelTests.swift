import Bundles
import Files
import Signatures
import Testing

@Suite("A plain folder is verified by a signature of another tool")
struct ForeignModelTests {
    @Test("What is signed must be whole; what is neither signed nor left out refuses the folder")
    func folder() throws {
        let folder = try TemporaryFolder()
        let key = try PrivateKey.generate(.p256)
        let policy = try Policy(threshold: 1, keys: [.init(name: "maker", key: key.publicKey)])
        try FileSystem.createDirectory(folder("model/a b"))
        try FileSystem.createDirectory(folder("model/signatures"))
        try FileSystem.replace(folder("model/a b/ä.bin"), with: [1, 2, 3])
        try FileSystem.replace(folder("model/signatures/note"), with: [1])
        let signature = try ModelSignature.sign(
            subject: "model", resources: [.init(name: "a b/ä.bin", digest: .sha256([1, 2, 3]))], key: key)
        try FileSystem.replace(folder("model/model.sig"), with: signature.encoded)
        func verify(ignoring: [String] = ["signatures"]) throws -> Verified<ForeignModel> {
            try ForeignModel.verify(
                folder: folder("model"), signaturePath: folder("model/model.sig"), policy: policy, ignoring: ignoring)
        }
        #expect(try verify().signers == ["maker"])
        #expect(try verify().value.files == ["a b/ä.bin"])
        #expect(try verify().value.unchecked == ["signatures/note"])
        // The signer's own ignore_paths, which name this folder, hide nothing.
        #expect(signature.ignoredPaths == ["signatures"])
        #expect(throws: BundleError.undeclared(path: "signatures/note")) { try verify(ignoring: []) }
        for name in [".git/hooks", ".github"] {
            try FileSystem.createDirectory(folder("model/" + name))
            try FileSystem.replace(folder("model/" + name + "/code"), with: [1])
            #expect(throws: BundleError.undeclared(path: name + "/code")) { try verify() }
            #expect(
                try verify(ignoring: ["signatures", name]).value.unchecked
                    == [name + "/code", "signatures/note"].sorted())
            try FileSystem.remove(folder("model/" + name))
        }
        try FileSystem.remove(folder("model/.git"))
        try FileSystem.replace(folder("model/extra"), with: [])
        #expect(throws: BundleError.undeclared(path: "extra")) { try verify() }
        try FileSystem.remove(folder("model/extra"))
        try FileSystem.replace(folder("model/a b/ä.bin"), with: [1, 2, 4])
        #expect(
            throws: BundleError.damaged(
                path: "a b/ä.bin", offset: 0, expected: .sha256([1, 2, 3]), found: .sha256([1, 2, 4]))
        ) { try verify() }
        try FileSystem.remove(folder("model/a b/ä.bin"))
        #expect(throws: BundleError.missing(path: "a b/ä.bin")) { try verify() }
    }
}
