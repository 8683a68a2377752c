import Foundation
import Signatures
import Testing
// Not for testing: what an app has.
import Verifying

@Suite("An app verifies bundles with nothing but what is public")
struct EmbeddingTests {
    @Test("A good release is a yes, a bad one a no with sentences, a stranger's an error that says so")
    func verdicts() async throws {
        let key = try PrivateKey.generate(.p256)
        let good = try await HomeRelease(keys: [key])
        let bad = try await HomeRelease("home-1.2-bad", keys: [key])
        defer {
            good.remove()
            bad.remove()
        }
        let signers = try Signers(keys: [.init(name: "maker", pem: key.publicKey.pem)])
        var verification = Verification(threads: 2)
        let yes = try verification.verify(good.folder + "/home.modelpack", signedBy: signers)
        #expect(yes.isYes && yes.reasons.isEmpty && yes.signers == ["maker"] && yes.name == "home")
        #expect(yes.asked > 50 && yes.right == yes.asked)

        verification.baseline = good.folder + "/home.modelpack"
        let no = try verification.verify(bad.folder + "/home-1.2-bad.modelpack", signedBy: signers)
        #expect(!no.isYes && no.right < no.asked)
        let broken = try #require(no.reasons.first { $0.kind == "broke" })
        #expect(broken.text.contains("expected") && broken.id != nil)
        let json = try #require(
            JSONSerialization.jsonObject(with: try JSONEncoder().encode(no)) as? [String: Any])
        #expect(json["verdict"] as? String == "no" && json["name"] as? String == "home-1.2.0")
        #expect((json["reasons"] as? [Any])?.count == no.reasons.count)
        #expect(try !Verification.smoke(bad.folder + "/home-1.2-bad.modelpack", threads: 2).isYes)

        let strangers = try Signers(keys: [.init(name: "stranger", pem: PrivateKey.generate(.p256).publicKey.pem)])
        let error = #expect(throws: (any Error).self) {
            try verification.verify(good.folder + "/home.modelpack", signedBy: strangers)
        }
        #expect((error as? any ModelpackError)?.kind == .notTrusted)
    }
}
