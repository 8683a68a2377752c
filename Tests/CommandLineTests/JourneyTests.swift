import Foundation
import Testing

@Suite("From float weights to a device, and back")
struct JourneyTests {
    @Test("build, verify, publish, update, refuse a bad release, roll back")
    func journey() throws {
        let shop = try Workshop()
        defer { shop.close() }
        try shop.buildHome()
        let (policy, device) = (shop["policy.yaml"], shop["device"])
        try shop.must("verify", shop["home.modelpack"], "--policy", policy, "--junit", shop["junit.xml"])
        #expect(try String(contentsOfFile: shop["junit.xml"], encoding: .utf8).contains("<testsuite"))
        try shop.must("repo", "init", shop["repo"], "--keys", shop["keys"], "--policy", policy)
        try shop.must(
            "publish", shop["home.modelpack"], "--repo", shop["repo"], "--keys", shop["keys"], "--channel", "stable")
        try shop.must(
            "device", "init", "--root", device, "--repository", shop["repo"], "--trust",
            shop["repo/metadata/1.root.json"], "--policy", policy, "--channel", "stable")

        #expect(try state(shop, device)["confirmed"] as? String == nil)
        try examine(shop, device)
        try shop.must("update", "home", "--root", device)
        #expect(try state(shop, device)["confirmed"] as? String == "1.0.0")
        #expect(FileManager.default.fileExists(atPath: device + "/models/home/current/model/model.gguf"))
        // Nothing new: nothing to do.
        try shop.must("update", "home", "--root", device)

        try release(shop, "home-1.1.yaml", "1.1.0", force: false)
        try shop.must("update", "home", "--root", device)
        #expect(try state(shop, device)["confirmed"] as? String == "1.1.0")
        #expect(try state(shop, device)["previous"] as? String == "1.0.0")

        let bad = shop["1.2.0.modelpack"]
        try shop.must(
            "build", Workshop.root + "/Manifests/home-1.2-bad.yaml", "--output", bad, "--key", shop["build.key"])
        let verdict = try shop("verify", bad, "--policy", policy, "--baseline", shop["1.1.0.modelpack"])
        #expect(verdict.status == 1)
        #expect((verdict.output + verdict.errors).contains("lock"))
        let refused = try shop("publish", bad, "--repo", shop["repo"], "--keys", shop["keys"], "--channel", "stable")
        #expect(refused.status == 1, "\(refused.errors)")
        try shop.must(
            "publish", bad, "--repo", shop["repo"], "--keys", shop["keys"], "--channel", "stable", "--force", "a test")
        #expect(try shop("update", "home", "--root", device).status == 1)
        #expect(try state(shop, device)["confirmed"] as? String == "1.1.0")
        // It is blocked now, so there is nothing to do but to let it in again.
        let way = "`modelpack unblock home 1.2.0` lets it in again"
        #expect(try shop.must("update", "home", "--root", device).output.contains(way))
        #expect(try shop.must("status", "--root", device).output.contains(way))

        try shop.must("rollback", "home", "--root", device)
        #expect(try state(shop, device)["confirmed"] as? String == "1.0.0")
        #expect(try shop.must("status", "--root", device).output.contains("`modelpack unblock home 1.1.0` lets it in"))
        let answer = try shop.must(
            "run", device + "/models/home/current/model/model.gguf", "--prompt", "play sunrise radio!", "--quiet")
        #expect(answer.output.contains(#""intent":"play_media""#))
        #expect(try shop.must("history", "--root", device).output.contains("1.1.0"))
    }

    /// `doctor` looks at the repository, and leaves the device as it was.
    private func examine(_ shop: Workshop, _ device: String) throws {
        let fine = try shop.must("doctor", "--root", device).output
        #expect(fine.contains("answers; the channel carries home"))
        #expect(fine.contains("version 1, signed on from this device's own; expires in 36"), "\(fine)")
        #expect(fine.contains("timestamp") && fine.contains("expires in 2"), "\(fine)")
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: device + "/trust").sorted() == [
                "policy.yaml", "root.json",
            ])

        let timestamp = shop["repo/metadata/timestamp.json"],
            good = try Data(contentsOf: URL(fileURLWithPath: timestamp))
        try Data("{}".utf8).write(to: URL(fileURLWithPath: timestamp))
        let forged = try shop("doctor", "--root", device)
        #expect(forged.status == 4 && forged.output.contains("timestamp metadata"), "\(forged)")
        try good.write(to: URL(fileURLWithPath: timestamp))

        // What doesn't answer may do so tomorrow.
        let settings = URL(fileURLWithPath: device + "/device.yaml"),
            text = try String(contentsOf: settings, encoding: .utf8)
        try text.replacing(shop["repo"], with: "http://127.0.0.1:1").write(
            to: settings, atomically: true, encoding: .utf8)
        let silent = try shop.must("doctor", "--root", device)
        #expect(silent.output.contains("http://127.0.0.1:1/metadata/"), "\(silent)")
        try text.write(to: settings, atomically: true, encoding: .utf8)
    }

    private func release(_ shop: Workshop, _ manifest: String, _ version: String, force: Bool) throws {
        let bundle = shop[version + ".modelpack"]
        try shop.must(
            "build", Workshop.root + "/Manifests/" + manifest, "--output", bundle, "--key", shop["build.key"])
        try shop.must("publish", bundle, "--repo", shop["repo"], "--keys", shop["keys"], "--channel", "stable")
    }

    private func state(_ shop: Workshop, _ device: String) throws -> [String: Any] {
        let status = try shop.must("status", "--root", device, "--json").json
        let models = status["models"] as? [String: Any]
        return models?["home"] as? [String: Any] ?? [:]
    }
}
