import Foundation
import Testing

@Suite("Exit codes are those that scripts rely on")
struct ExitCodeTests {
    @Test(
        "usage",
        arguments: [
            ["frobnicate"], ["build"], ["run", "x.gguf"], ["run", "x.gguf", "--prompt", "a", "--threads", "0"],
            ["verify", "x.modelpack"], ["quantize", "a", "b", "--type", "q9_9"], ["pull", "home:1.0.0", "x"],
            ["pull", "localhost/home", "x"], ["push", "x.modelpack", "localhost/home@sha256:1"],
            ["device", "init", "--repository", "oci://localhost/home", "--trust", "x", "--policy", "x"],
        ])
    func usage(arguments: [String]) throws {
        let shop = try Workshop()
        defer { shop.close() }
        let outcome = try shop.run(arguments)
        #expect(outcome.status == 64, "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
    }

    @Test(
        "help and version succeed", arguments: [["--help"], ["--version"], ["build", "--help"], ["update", "--help"]])
    func help(arguments: [String]) throws {
        let shop = try Workshop()
        defer { shop.close() }
        #expect(try shop.run(arguments).status == 0)
    }

    @Test("a file that isn't there is 74, with a hint")
    func missing() throws {
        let shop = try Workshop()
        defer { shop.close() }
        for arguments in [
            ["run", shop["none.gguf"], "--prompt", "a"], ["inspect", shop["none"]], ["build", shop["none.yaml"]],
            ["sign", shop["none.modelpack"], "--key", shop["none.key"]],
        ] {
            let outcome = try shop.run(arguments)
            #expect(outcome.status == 74, "\(arguments): \(outcome.errors)")
            #expect(outcome.errors.contains("error: "))
        }
    }

    @Test("an output that can't be written is named as it was typed")
    func output() throws {
        let shop = try Workshop()
        defer { shop.close() }
        try shop.must("keys", "generate", shop["k"])
        let manifest = Workshop.root + "/Manifests/home.yaml", model = Workshop.root + "/Models/home-1.0.0"
        for arguments in [
            ["build", manifest, "--output", shop["none/x"]], ["quantize", model, shop["none/x"], "--type", "q8_0"],
            ["policy", "create", "--key", "team=" + shop["k.pub"], "--output", shop["none/x"]],
        ] {
            let outcome = try shop.run(arguments)
            #expect(outcome.status == 74)
            #expect(
                outcome.errors.hasPrefix(
                    "error: \(shop["none/x"]): can't create: No such file or directory\nhint: make"),
                "\(outcome.errors)")
        }
        let folder = try shop("quantize", model, shop.folder, "--type", "q8_0", "--quiet")
        #expect(folder.status == 74 && folder.errors.hasPrefix("error: \(shop.folder): can't rename"))
        #expect(folder.errors.hasSuffix("hint: a folder stands there: name a file\n"), "\(folder.errors)")
    }

    @Test("what isn't a file is not replaced by one, and nothing is left behind")
    func special() throws {
        let shop = try Workshop()
        defer { shop.close() }
        let model = Workshop.root + "/Models/home-1.0.0"
        #expect(unsafe mkfifo(shop["pipe"], 0o600) == 0)
        try shop.must("quantize", model, shop["a.gguf"], "--type", "q4_0", "--quiet")
        let before = try FileManager.default.contentsOfDirectory(atPath: shop.folder).sorted()
        for arguments in [
            ["quantize", model, shop["pipe"], "--type", "q8_0"],
            ["delta", "make", shop["a.gguf"], shop["a.gguf"], shop["pipe"]],
        ] {
            let outcome = try shop.run(arguments)
            #expect(outcome.status == 74 && outcome.errors.contains("is not a regular file"), "\(outcome.errors)")
        }
        var there = stat()
        #expect(unsafe lstat(shop["pipe"], &there) == 0 && there.st_mode & S_IFMT == S_IFIFO)
        #expect(try FileManager.default.contentsOfDirectory(atPath: shop.folder).sorted() == before)
    }

    @Test(
        "a file that a manifest names and that isn't there is named alike by build and its check",
        arguments: [("source", "4:9"), ("adapters", "5:12"), ("license", "6:17"), ("suites", "7:10")])
    func named(key: String, place: String) throws {
        let shop = try Workshop()
        defer { shop.close() }
        let model = Workshop.root + "/Models/home-1.0.0"
        func path(_ name: String, _ there: String) -> String { name == key ? "none.jsonl" : there }
        let lines = [
            "name: a", "version: 1.0.0", "quantization: {type: q8_0}", "source: \(path("source", model))",
            key == "adapters" ? "adapters: [none.jsonl]" : "# none",
            "license: {file: \(path("license", Workshop.root + "/LICENSE"))}",
            "suites: [\(path("suites", Workshop.root + "/Manifests/golden/home.jsonl"))]",
        ]
        try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: shop["a.yaml"]))
        let built = try shop("build", shop["a.yaml"], "--output", shop["a.modelpack"])
        let checked = try shop("build", shop["a.yaml"], "--check")
        let (message, hint) = ("there is no file or folder 'none.jsonl'", "paths are relative to the folder of ")
        let told = "\(shop["a.yaml"]):\(place): \(message)"
        #expect(built.status == 74 && built.errors == "error: \(told)\nhint: \(hint)\(shop["a.yaml"])\n")
        #expect(checked.status == 3 && checked.output == "\(told) (\(hint)\(shop["a.yaml"]))\n", "\(checked)")
    }

    @Test("a file that is larger than what is read there is 3", arguments: ["build", "policy", "template"])
    func tooLarge(what: String) throws {
        let shop = try Workshop()
        defer { shop.close() }
        try SparseFile.write(Array("name: a\n#".utf8), size: 1 << 20 + 1, to: shop["large"])
        try Data("[]".utf8).write(to: URL(fileURLWithPath: shop["messages.json"]))
        let arguments =
            switch what {
            case "build": ["build", shop["large"]]
            case "policy": ["verify", shop["none"], "--policy", shop["large"]]
            default: ["render", "--template", shop["large"], "--messages", shop["messages.json"]]
            }
        let outcome = try shop.run(arguments)
        #expect(outcome.status == 3, "\(outcome.errors)")
        #expect(outcome.errors.contains(shop["large"]) && outcome.errors.contains("1048576"), "\(outcome.errors)")
    }

    @Test("what isn't a bundle is 3; another key is 2")
    func damagedAndUntrusted() throws {
        let shop = try Workshop()
        defer { shop.close() }
        try shop.buildHome()
        try Data("not a bundle".utf8).write(to: URL(fileURLWithPath: shop["junk.modelpack"]))
        #expect(try shop("verify", shop["junk.modelpack"], "--policy", shop["policy.yaml"]).status == 3)
        try shop.must("keys", "generate", shop["other"])
        let outcome = try shop("verify", shop["home.modelpack"], "--key", shop["other.pub"])
        #expect(outcome.status == 2, "\(outcome.errors)")
    }
}
