import Foundation
import Testing

@Suite("Bad texts and archives are refused with exit 3 and a message that says where")
struct BadTextTests {
    @Test(
        "manifests",
        arguments: [
            ("name: a\nversion: &x 1.0.0\n", ":2:10:"),
            ("name: a\nversion: 1.0.0\nsource: .\nname: b\n", ":1:"),
            ("name: !!python/object/apply:os.system [id]\n", ":1:"),
            ("name: " + String(repeating: "[", count: 100_000), ":1:"),
        ])
    func manifest(text: String, place: String) throws {
        try expectRefusal(of: text, as: "bad.yaml", place) { ["build", $0] }
    }

    @Test(
        "chat templates",
        arguments: [
            ("{{ ''.__class__.__mro__ }}", "line 1, column"),
            ("\n{{ cycler.__init__.__globals__.os.popen('id').read() }}", "line 2, column"),
            ("{% for i in range(99999999) %}{% endfor %}", "more than 100000"),
            ("{{ 'a' * 999999999 }}", "more than 16777216"),
            ("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "levels of depth"),
            ("{{ " + String(repeating: "(", count: 100_000), "line 1, column"),
        ])
    func template(text: String, place: String) throws {
        try expectRefusal(of: text, as: "bad.jinja", place) { path in
            let messages = path + ".json"
            try Data(#"[{"role": "user", "content": "Hi"}]"#.utf8).write(to: URL(fileURLWithPath: messages))
            return ["render", "--template", path, "--messages", messages]
        }
    }

    @Test("messages that nest deeper than the reader goes")
    func messages() throws {
        try expectRefusal(of: String(repeating: "[", count: 100_000), as: "bad.json", "bad.json: is not JSON at byte") {
            ["render", "--template", "/dev/null", "--messages", $0]
        }
    }

    @Test(
        "archives",
        arguments: [("junk", "byte 0"), (String(repeating: "\0", count: 1024), "neither a bundle nor")])
    func archive(text: String, place: String) throws {
        try expectRefusal(of: text, as: "bad.modelpack", place) { ["inspect", $0] }
    }

    @Test("a config that nests deeper than the reader goes")
    func config() throws {
        try expectRefusal(of: String(repeating: "[", count: 100_000), as: "config.json", "config.json: byte 64") {
            ["inspect", URL(fileURLWithPath: $0).deletingLastPathComponent().path]
        }
    }

    @Test(
        "policies",
        arguments: [
            ("version: 1\nthreshold: 9\nkeys: []\n", "bad.yaml:2:12:"),
            ("version: 1\nthreshold: 1\nkeys: [{name: a, pem: x}]\n", "bad.yaml:3:23:"),
            ("version: 1\nthreshold: 1\nkeys: []\nrots: []\n", "bad.yaml:"),
        ])
    func policy(text: String, place: String) throws {
        try expectRefusal(of: text, as: "bad.yaml", place) { ["verify", "/dev/null", "--policy", $0] }
    }

    @Test("gates", arguments: [("limits:\n  - bogus: 1\n", "bad.yaml:2:5:"), ("limits: {", "bad.yaml:")])
    func gate(text: String, place: String) throws {
        let shop = try Workshop()
        defer { shop.close() }
        try shop.must("keys", "generate", shop["k"])
        try expectRefusal(of: text, as: "bad.yaml", place) {
            ["verify", "/dev/null", "--key", shop["k.pub"], "--gate", $0]
        }
    }

    @Test(
        "suites, wherever a manifest is checked",
        arguments: [("{", "bad.jsonl:1"), (#"{"id":"b","prompt":1}"#, ":1:11:")])
    func suite(text: String, place: String) throws {
        try expectRefusal(of: text, as: "bad.jsonl", place) { path in
            let manifest = path + ".yaml"
            let lines =
                "name: a\nversion: 1.0.0\nsource: \(Workshop.root)/Models/home-1.1.0\nquantization: {type: q8_0}\n"
                + "license: {spdx: MIT}\nsuites: [bad.jsonl]\n"
            try Data(lines.utf8).write(to: URL(fileURLWithPath: manifest))
            return ["build", "--check", manifest]
        }
    }

    @Test("deltas", arguments: [("junk", "byte 0 of the delta"), ("", "of the delta")])
    func delta(text: String, place: String) throws {
        try expectRefusal(of: text, as: "bad.delta", place) { path in
            let old = path + ".gguf"
            let header = SparseFile.gguf(tensors: 0, [])
            try Data(header).write(to: URL(fileURLWithPath: old))
            return ["delta", "apply", old, path, path + ".out"]
        }
    }

    @Test(
        "tokenizers",
        arguments: [
            ("{", "tokenizer.json: byte 1"),
            (#"{"model":{"type":"BPE","vocab":{"a":0},"merges":["zz q"]}}"#, "tokenizer.json: pre_tokenizer"),
        ])
    func tokenizer(text: String, place: String) throws {
        try expectRefusal(of: text, as: "tokenizer.json", place) { path in
            let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
            for name in ["config.json", "model.safetensors"] {
                try FileManager.default.copyItem(
                    atPath: Workshop.root + "/Models/home-1.1.0/" + name, toPath: folder + "/" + name)
            }
            return ["tokenize", folder, "--file", path]
        }
    }

    @Test("root metadata, and what a device remembers")
    func device() throws {
        let shop = try Workshop()
        defer { shop.close() }
        try shop.must("keys", "generate", shop["k"])
        try shop.must("policy", "create", "--key", "team=" + shop["k.pub"], "--output", shop["policy.yaml"])
        try expectRefusal(of: #"{"signed":{"#, as: "root.json", "root metadata, byte 11") {
            [
                "device", "init", "--root", shop["device"], "--repository", shop.folder, "--trust", $0, "--policy",
                shop["policy.yaml"],
            ]
        }
        try expectRefusal(of: "repository: .\nautomatic: sometimes\n", as: "device.yaml", "device.yaml:1:1:") {
            ["status", "--root", URL(fileURLWithPath: $0).deletingLastPathComponent().path]
        }
    }

    private func expectRefusal(
        of text: String, as name: String, _ place: String, by arguments: (String) throws -> [String]
    ) throws {
        let shop = try Workshop()
        defer { shop.close() }
        try Data(text.utf8).write(to: URL(fileURLWithPath: shop[name]))
        let outcome = try shop.run(arguments(shop[name]))
        #expect(outcome.status == 3, "\(outcome.errors)")
        let words = outcome.errors + outcome.output
        #expect(words.contains(place), "\(words)")
    }
}
