import Foundation
import JSONText
import Suites
import Testing

@Suite("A verdict is told in every form that people and pipelines read")
struct VerdictCommandTests {
    @Test("JSON by the published schema, JUnit, annotations on the suite's line, worst first on a terminal")
    func reports() throws {
        let shop = try Workshop()
        defer { shop.close() }
        try shop.buildHome()
        let extra = """
            {"id": "extra-fails", "messages": [{"role": "user", "content": "lamp on"}], "expect": {"exact": "no"}, "max_tokens": 8}
            {"id": "extra-likely", "prompt": "<|user|>", "expect": {"max_nll": {"answer": "lamp", "limit": 1000}}, "max_tokens": 1}
            """
        try extra.write(toFile: shop["extra.jsonl"], atomically: true, encoding: .utf8)
        let gate = """
            limits:
              - {measure: pass_rate, minimum: 1}
              - {measure: kld_mean, maximum: 0.5, against: reference}
              - {measure: perplexity_ratio, maximum: 2, against: reference}
              - {measure: size_ratio, maximum: 1.1}
            """
        try gate.write(toFile: shop["gate.yaml"], atomically: true, encoding: .utf8)
        let text = String(repeating: "turn on the lamp in the kitchen, please\n", count: 40)
        try text.write(toFile: shop["text.txt"], atomically: true, encoding: .utf8)
        let arguments = [
            "verify", shop["home.modelpack"], "--policy", shop["policy.yaml"], "--suite", shop["extra.jsonl"],
            "--reference", Workshop.root + "/Models/home-1.0.0", "--text", shop["text.txt"], "--context", "64",
            "--gate", shop["gate.yaml"],
        ]
        let told = try shop.run(arguments + ["--json", "--quiet", "--github", "--junit", shop["junit.xml"]])
        #expect(told.status == 1)
        try expectValid(told.output)
        let annotation = "::error file=\(shop["extra.jsonl"]),line=1,title="
        #expect(told.json["verdict"] as? String == "no")
        // The gate names no prompt, so its own reason is all that is annotated.
        #expect(told.errors.contains("::error title=home-1.0.0%3A limit::pass_rate is "), "\(told.errors)")
        let strict = try shop.run(
            Array(arguments.prefix(6)) + ["--github", "--junit", shop["junit.xml"], "--quiet", "--baseline"]
                + [shop["home.modelpack"]])
        #expect(strict.status == 0, "\(strict.output)")
        let alone = try shop.run(Array(arguments.prefix(6)) + ["--github", "--junit", shop["junit.xml"], "--quiet"])
        #expect(alone.status == 1)
        #expect(alone.errors.contains(annotation), "\(alone.errors)")
        #expect(alone.output.hasPrefix("home-1.0.0, signed by team: no\n  extra-fails: expected ‘no’, answered ‘"))
        let junit = try String(contentsOfFile: shop["junit.xml"], encoding: .utf8)
        #expect(junit.contains("<testcase name=\"extra-fails\"") && junit.contains("failures=\"1\""))

        let good = try shop.must(
            "verify", shop["home.modelpack"], "--policy", shop["policy.yaml"], "--json", "--update-baseline",
            shop["baseline.jsonl"])
        try expectValid(good.output)
        let later = try shop.must(
            "verify", shop["home.modelpack"], "--policy", shop["policy.yaml"], "--json", "--baseline",
            shop["baseline.jsonl"])
        try expectValid(later.output)
        let all = try #require(later.json["all"] as? [String: Any])
        #expect(all["baseline_pass_rate"] as? Double == 1 && all["broken"] as? Int == 0)
    }

    private func expectValid(_ output: String) throws {
        let path = Workshop.root + "/docs/schemas/verdict.schema.json"
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        let schema = try JSONSchema(try JSON(parsing: bytes))
        let value = try JSON(parsing: Array(output.utf8))
        #expect(schema.violation(by: value) == nil)
        // Nothing is both a verdict and none.
        #expect(schema.violation(by: .null) != nil)
    }
}
