import Configuration
import Testing

@Suite("Files that people write are read strictly")
struct YAMLDocumentTests {
    private func map(_ text: String) throws -> YAMLMapping {
        try YAMLDocument(parsing: text, file: "x.yaml").root.mapping()
    }

    private func error(_ body: () throws -> Void) -> ConfigurationError? {
        do { try body() } catch { return error as? ConfigurationError }
        return nil
    }

    @Test("Values come as the type that is asked for")
    func values() throws {
        var map = try map(
            """
            name: no
            version: 1.10
            count: -3
            share: 2.5e-1
            on: true
            tags: [a, "1"]
            text: |
              two
              lines
            inner: {b: 1, a: 2}
            """)
        #expect(try map.required("name").string() == "no")
        #expect(try map.required("version").string() == "1.10")
        #expect(try map.required("count").integer() == -3)
        #expect(try map.required("share").number() == 0.25)
        #expect(try map.required("on").boolean())
        #expect(try map.required("tags").strings() == ["a", "1"])
        #expect(try map.required("text").string() == "two\nlines\n")
        #expect(try map.required("inner").entries().map(\.key) == ["b", "a"])
        #expect(map.optional("absent") == nil)
        try map.finish()
    }

    @Test("JSON is read too")
    func json() throws {
        var map = try map(#"{"a": [1, 2], "b": {"c": "x\n"}}"#)
        #expect(try map.required("a").list().count == 2)
        var inner = try map.required("b").mapping()
        #expect(try inner.required("c").string() == "x\n")
    }

    @Test(
        "What is wrong is named with its place",
        arguments: [
            ("a: 1\na: 2\n", 1, 1, ConfigurationError.Problem.duplicate(key: "a")),
            ("a: 1\n\"a\": 2\n", 1, 1, .duplicate(key: "a")),
            ("", 1, 1, .empty),
            ("a: &x 1\nb: *x\n", 1, 4, .notSupported(.anchor)),
            ("a: 1\nb: !!binary aaaa\n", 2, 4, .notSupported(.tag)),
            ("? [1]\n: 2\n", 1, 3, .notSupported(.keyThatIsNoText)),
            ("- a\n", 1, 1, .wrongType(expected: .mapping, found: .list)),
            ("a: 1\n--- \nb: 2\n", 2, 1, .syntax("but found another document")),
        ])
    func mistakes(text: String, line: Int, column: Int, problem: ConfigurationError.Problem) {
        let found = error { _ = try map(text) }
        #expect(found == .init(file: "x.yaml", position: .init(line: line, column: column), problem: problem))
    }

    @Test("A wrong type, a missing key and an unknown key are errors with line and column")
    func keys() throws {
        let text = "name:\nlist:\n  - 1\n  - x\nsize: '3'\nlimit: 101\n"
        var map = try map(text)
        let name = try map.required("name")
        #expect(error { _ = try name.string() }?.problem == .wrongType(expected: .text, found: .nothing))
        let list = try map.required("list").list()
        let second = error { _ = try list[1].integer() }
        #expect(second?.line == 4 && second?.column == 5)
        #expect(second?.problem == .wrongType(expected: .integer, found: .text))
        let missing = error { _ = try map.required("other") }
        #expect(missing?.problem == .missing(key: "other"))
        let unknown = error { try map.finish() }
        #expect(unknown?.line == 5 && unknown?.column == 1)
        #expect(unknown?.problem == .unknown(key: "size", known: ["list", "name", "other"]))
        let size = try map.required("size")
        #expect(error { _ = try size.integer() }?.problem == .wrongType(expected: .integer, found: .text))
        let limit = try map.required("limit")
        #expect(
            error { _ = try limit.integer(in: 0...100) }?.problem
                == .invalid(value: "101", expected: "an integer from 0 to 100"))
    }

    @Test("Numbers are decimal and finite", arguments: ["inf", "nan", "0x10", "1e999", ".inf", "yes", "1 2"])
    func numbers(text: String) throws {
        var map = try map("a: \(text)")
        let node = try map.required("a")
        #expect(throws: ConfigurationError.self) { try node.number() }
    }

    @Test("Neither truncation nor nesting nor odd bytes trap")
    func malformed() {
        let text = Array("a: {b: [1, \"x\\u00e9\", 'y'], c: |\n  z\n}\nd: *q\n".utf8)
        for count in text.indices { _ = try? YAMLDocument(parsing: Array(text[..<count]), file: "") }
        for deep in ["[", "{a: ", "- ", "? "] {
            _ = try? YAMLDocument(parsing: String(repeating: deep, count: 5000), file: "")
        }
        let deep = String(repeating: "[", count: 70) + String(repeating: "]", count: 70)
        #expect(
            error { _ = try YAMLDocument(parsing: deep, file: "") }
                == .init(file: "", position: .init(line: 1, column: 66), problem: .tooDeep(limit: 64)))
        #expect(error { _ = try YAMLDocument(parsing: [0xFF], file: "") }?.problem == .notUTF8)
        let long = String(repeating: "#", count: YAMLDocument.maximumBytes + 1)
        #expect(
            error { _ = try YAMLDocument(parsing: long, file: "") }?.problem
                == .tooLong(limit: YAMLDocument.maximumBytes))
    }
}
