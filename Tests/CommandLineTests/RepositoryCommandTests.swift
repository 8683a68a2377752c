import Foundation
import Testing

@Suite("A repository's life, on the command line")
struct RepositoryCommandTests {
    @Test("roll out, promote, rotate, sign by two, renew, withdraw, prune; a device from the first days follows")
    func life() throws {
        let shop = try Workshop()
        defer { shop.close() }
        try shop.buildHome()
        let repo = shop["repo"], keys = shop["keys"], device = shop["device"]
        try shop.must("repo", "init", repo, "--keys", keys, "--policy", shop["policy.yaml"])
        let publish = ["publish", shop["home.modelpack"], "--repo", repo, "--keys", keys, "--quiet", "--channel"]
        #expect(try shop.run(publish + ["beta", "--rollout", "5%"]).status == 0)
        try shop.must(
            "device", "init", "--root", device, "--repository", repo, "--trust", repo + "/metadata/1.root.json",
            "--policy", shop["policy.yaml"], "--channel", "beta", "--device-id", String(repeating: "0", count: 32))
        let rollout = ["rollout", "home", "--repo", repo, "--keys", keys, "--channel", "beta", "--json"]
        let grown = try shop.run(rollout + ["--percent", "100"])
        #expect(grown.json["percent"] as? Double == 100)
        #expect(try shop.run(rollout).status == 64)
        try shop.must("update", "home", "--root", device)
        #expect(try shop.run(publish + ["stable"]).status == 0)

        try shop.must("keys", "generate", shop["bob/root"])
        let rotated = try shop.must(
            "repo", "rotate", repo, "--keys", keys, "--role", "root", "--add", shop["bob/root.pub"], "--threshold",
            "2", "--json")
        #expect((rotated.json["waiting"] as? [Any])?.count == 1)
        #expect(!FileManager.default.fileExists(atPath: repo + "/metadata/2.root.json"))
        #expect(try shop("repo", "withdraw", "home", "1.0.0", "--repo", repo, "--keys", keys).status == 64)
        try shop.must("repo", "renew", repo, "--keys", keys)
        try shop.must("repo", "sign", repo, "--keys", shop["bob"])
        #expect(FileManager.default.fileExists(atPath: repo + "/metadata/2.root.json"))
        try shop.must("update", "home", "--root", device)

        try shop.must("repo", "withdraw", "home", "1.0.0", "--repo", repo, "--keys", keys)
        let pruned = try shop.must("repo", "prune", "--repo", repo, "--keys", keys, "--keep", "1", "--json")
        #expect(pruned.json["files"] as? Int ?? 0 > 4)
        try shop.must("update", "home", "--root", device)

        // A key goes by its public half, or by what its identifier in the status begins with.
        try shop.must("keys", "generate", shop["first"])
        try shop.must("keys", "generate", shop["second"])
        let rotate = ["repo", "rotate", repo, "--keys", keys, "--role", "beta"]
        for name in ["first", "second"] {
            try FileManager.default.copyItem(atPath: shop["\(name).key"], toPath: keys + "/\(name).key")
            #expect(try shop.run(rotate + ["--add", shop["\(name).pub"]]).status == 0)
        }
        #expect(try shop.run(rotate + ["--remove", shop["first.pub"]]).status == 0)
        let shown = try shop.must("repo", "status", repo).output
        let line = try #require(shown.split(separator: "\n").first { $0.hasPrefix("beta v") })
        let ids = try #require(line.split(separator: "keys: ").last).split(separator: " ").map(String.init)
        #expect(ids.count == 2)
        #expect(try shop.run(rotate + ["--remove", try #require(ids.last)]).status == 0)

        try FileManager.default.removeItem(atPath: device + "/state.json")
        let lost = try shop("update", "home", "--root", device)
        #expect(lost.status == 74 && lost.errors.contains("modelpack device init"), "\(lost.errors)")
        let roles = try shop.must("repo", "status", repo, "--json").json["roles"] as? [[String: Any]]
        #expect(
            roles?.compactMap { $0["role"] as? String } == [
                "root", "targets", "beta", "stable", "snapshot", "timestamp",
            ])
    }

    @Test("keys in the repository's folder are refused as usage")
    func keysInside() throws {
        let shop = try Workshop()
        defer { shop.close() }
        try shop.must("keys", "generate", shop["build"])
        try shop.must("policy", "create", "--key", "team=" + shop["build.pub"], "--output", shop["policy.yaml"])
        let outcome = try shop(
            "repo", "init", shop["repo"], "--keys", shop["repo/keys"], "--policy", shop["policy.yaml"])
        #expect(outcome.status == 64, "\(outcome.errors)")
        #expect(!FileManager.default.fileExists(atPath: shop["repo/keys"]))

        // A token's URI would become a folder with keys in plain files.
        let uri = "pkcs11:token=release"
        let refused = try shop("repo", "init", shop["other"], "--keys", uri, "--policy", shop["policy.yaml"])
        #expect(refused.status == 64 && refused.errors.contains("folder"), "\(refused.errors)")
        for path in [uri, shop["other"]] { #expect(!FileManager.default.fileExists(atPath: path)) }
    }
}
