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
        arguments: [("junk", "byte 0"), (String(repeating: "\0", count: 1024), "'index.json' is missing")])
    func archive(text: String, place: String) throws {
        try expectRefusal(of: text, as: "bad.modelpack", place) { ["inspect", $0] }
    }

    @Test("a config that nests deeper than the reader goes")
    func config() throws {
        try expectRefusal(of: String(repeating: "[", count: 100_000), as: "config.json", "config.json: byte 64") {
            ["inspect", URL(fileURLWithPath: $0).deletingLastPathComponent().path]
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
        #expect(outcome.errors.contains(place), "\(outcome.errors)")
    }
}
