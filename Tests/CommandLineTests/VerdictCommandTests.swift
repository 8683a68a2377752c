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
        // Without --context the model's 256 tokens are the window; more are refused.
        let measured = Array(arguments[0..<4]) + ["--skip-golden", "--text", shop["text.txt"], "--quiet"]
        #expect(try shop.run(measured).status == 0)
        let long = try shop.run(measured + ["--context", "512"])
        #expect(long.status == 64 && long.errors.contains("at most 256"), "\(long.errors)")
        try shop.must("score", shop["home.modelpack"], "--text", shop["text.txt"])

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

    @Test("a run that was killed goes on: no question is put twice, and the verdict is the one without a kill")
    func killed() throws {
        let shop = try Workshop()
        defer { shop.close() }
        try shop.buildHome()
        let golden = try String(contentsOfFile: Workshop.root + "/Manifests/golden/home.jsonl", encoding: .utf8)
        var lines: [String] = []
        for (number, polite) in ["please ", "now ", "hey ", "ok ", "well ", "so "].enumerated() {
            let politer = golden.replacingOccurrences(of: #""content": ""#, with: #""content": ""# + polite)
            lines.append(politer.replacingOccurrences(of: "home-", with: "more\(number)-"))
        }
        try lines.joined(separator: "\n").write(toFile: shop["more.jsonl"], atomically: true, encoding: .utf8)
        let arguments = [
            "verify", shop["home.modelpack"], "--policy", shop["policy.yaml"], "--suite", shop["more.jsonl"],
            "--baseline", shop["home.modelpack"], "--reference", Workshop.root + "/Models/home-1.0.0", "--json",
            "--quiet",
        ]
        func verdict(_ options: [String] = []) throws -> [String: Any] {
            let outcome = try shop.run(arguments + options)
            #expect(outcome.status == 0 && !outcome.json.isEmpty, "\(outcome.errors)")
            var json = outcome.json
            json["run"] = nil
            return json
        }
        let whole = try verdict()

        let process = Process()
        process.executableURL = URL(fileURLWithPath: Workshop.command)
        process.arguments = arguments + ["--cache", shop["cache"]]
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        while process.isRunning, try Self.answered(in: shop["cache"]).count < 500 { usleep(1000) }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        #expect(process.terminationReason == .uncaughtSignal)
        let before = try Self.answered(in: shop["cache"])

        let resumed = try verdict(["--cache", shop["cache"]])
        #expect(NSDictionary(dictionary: resumed).isEqual(to: whole))
        let after = try Self.answered(in: shop["cache"])
        #expect(before.count >= 500 && Set(before).isSubset(of: after))
        // The baseline has the candidate's weights, so two models were asked, each question once.
        #expect(after.count == 2 * 7 * 66 && Set(after).count == after.count)
        #expect(NSDictionary(dictionary: try verdict(["--cache", shop["cache"]])).isEqual(to: whole))
        #expect(try Self.answered(in: shop["cache"]) == after)
    }

    /// The questions whose answers are kept, as often as they were put, each with the model's folder.
    private static func answered(in cache: String) throws -> [String] {
        let folders = (try? FileManager.default.contentsOfDirectory(atPath: cache)) ?? []
        return folders.sorted().flatMap { folder -> [String] in
            let data = FileManager.default.contents(atPath: "\(cache)/\(folder)/replies.jsonl") ?? Data()
            return data.split(separator: UInt8(ascii: "\n")).compactMap { line in
                let object = try? JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
                return object?["question"].map { "\(folder) \($0)" }
            }
        }
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
