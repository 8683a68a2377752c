import Foundation
import Testing

@Suite("Releases side by side: a page for people, a course over versions, a diff")
struct ReleaseCommandTests {
    @Test("The page shows what is wrong, escapes what it shows, and needs nothing else")
    func page() throws {
        let shop = try Workshop()
        defer { shop.close() }
        try shop.buildHome()
        let suite = """
            {"id": "<script>alert(1)</script>", "prompt": "<|user|>", "expect": {"exact": "a & b"}, "max_tokens": 2}
            """
        try suite.write(toFile: shop["extra.jsonl"], atomically: true, encoding: .utf8)
        let arguments = [
            "verify", shop["home.modelpack"], "--policy", shop["policy.yaml"], "--suite", shop["extra.jsonl"],
            "--reference", Workshop.root + "/Models/home-1.0.0", "--html", shop["page.html"],
            "--history", shop["verdicts"], "--quiet",
        ]
        #expect(try shop.run(arguments).status == 1)
        let page = try String(contentsOfFile: shop["page.html"], encoding: .utf8)
        #expect(page.hasPrefix("<!DOCTYPE html>") && page.contains("<span>home-1.0.0 must not ship</span></h1>"))
        #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && !page.contains("<script"))
        #expect(page.contains("a &amp; b"))
        #expect(!page.contains("http://") && !page.contains("https://"))
        // What quantization did to each tensor stands beside the source.
        #expect(page.contains("token_embd.weight"))
        #expect(!page.contains("Over versions"))
    }

    @Test("Each bundle has one line in the history, the newest last; a line that is none is named")
    func history() throws {
        let shop = try Workshop()
        defer { shop.close() }
        try shop.buildHome()
        let arguments = [
            "verify", shop["home.modelpack"], "--policy", shop["policy.yaml"], "--history", shop["verdicts"],
            "--html", shop["page.html"], "--quiet",
        ]
        let path = shop["verdicts"] + "/home.jsonl"
        for _ in 0..<2 { #expect(try shop.run(arguments).status == 0) }
        let line = try String(contentsOfFile: path, encoding: .utf8)
        #expect(line.split(separator: "\n").count == 1 && line.contains("\"pass_rate\":1"))

        let older = #"{"content_sha256":"00","pass_rate":0.9,"version":"0.9.0","yes":true}"#
        try (older + "\n" + line).write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try shop.run(arguments).status == 0)
        let page = try String(contentsOfFile: shop["page.html"], encoding: .utf8)
        #expect(page.contains("Over versions") && page.contains("0.9.0 90 %, 1.0.0 100 %"))

        try (older + "\nno\n").write(toFile: path, atomically: true, encoding: .utf8)
        let refused = try shop.run(arguments)
        #expect(refused.status == 3 && refused.errors.contains("home.jsonl:2"), "\(refused.errors)")
    }

    @Test("A diff tells what changed and what an update costs; nothing where nothing changed")
    func diff() throws {
        let shop = try Workshop()
        defer { shop.close() }
        try shop.buildHome()
        let same = try shop.must("diff", shop["home.modelpack"], shop["home.modelpack"])
        #expect(same.output.contains("are the same"))
        try shop.must(
            "build", Workshop.root + "/Manifests/home-1.1.yaml", "--output", shop["new.modelpack"], "--quiet")
        let told = try shop.must("diff", shop["home.modelpack"], shop["new.modelpack"], "--json")
        let prompts = try #require(told.json["prompts"] as? [String: [String]])
        #expect(prompts["added"]?.count == 12 && prompts["gone"] == [])
        let tensors = try #require(told.json["tensors"] as? [[String: Any]])
        #expect(
            tensors.contains { $0["name"] as? String == "token_embd.weight" && $0["change"] as? String == "blocks" })
        let update = try #require(told.json["update"] as? [String: Int])
        let (whole, delta) = (try #require(update["whole_bytes"]), try #require(update["delta_bytes"]))
        #expect(delta > 0 && delta < whole)
        #expect(try shop.run(["diff", shop["home.modelpack"], shop["absent"]]).status == 74)
    }
}
