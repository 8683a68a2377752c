import Inference
import Testing

@testable import Suites

@Suite("A golden suite")
struct SuiteTests {
    static func parse(_ text: String) -> Result<Suites.Suite, SuiteError> {
        Result { () throws(SuiteError) in try Suites.Suite(parsing: Array(text.utf8), name: "s.jsonl") }
    }

    @Test("says what each line says")
    func parses() throws {
        let text = """
            {"id": "a", "prompt": "hi", "expect": {"exact": "yo"}, "tags": ["t"], "max_tokens": 5, "smoke": true}

            {"id": "b", "messages": [{"role": "user", "content": "x"}], "expect": {"contains": ["p", "q"], "regex": "p.q"}}
            """
        let suite = try Self.parse(text).get()
        #expect(
            suite.prompts == [
                GoldenPrompt(
                    id: "a", input: .text("hi"), expectations: [.exact("yo")], tags: ["t"], maxTokens: 5,
                    isSmoke: true),
                GoldenPrompt(
                    id: "b", input: .messages([ChatMessage(role: "user", content: "x")]),
                    expectations: [.contains(["p", "q"]), .regex("p.q")]),
            ])
        #expect(suite.smoke.prompts.map(\.id) == ["a"])
    }

    @Test(
        "names each mistake and its line",
        arguments: [
            ("", 1, SuiteError.Problem.empty),
            ("\n{", 2, .notJSON),
            ("[]", 1, .notJSON),
            (
                #"{"id": "a", "prompt": "p", "expect": {"exact": "x"}, "tag": []}"#, 1,
                .unknown(key: "tag", known: ["id", "prompt", "messages", "expect", "tags", "max_tokens", "smoke"])
            ),
            (#"{"prompt": "p", "expect": {"exact": "x"}}"#, 1, .missing(key: "id")),
            (#"{"id": "a", "expect": {"exact": "x"}}"#, 1, .missing(key: "messages")),
            (#"{"id": "a", "prompt": "p"}"#, 1, .missing(key: "expect")),
            (
                #"{"id": "a", "prompt": "p", "expect": {}}"#, 1,
                .wrongValue(key: "expect", expected: "an object with at least one kind")
            ),
            (
                #"{"id": "a", "prompt": "p", "expect": {"fuzzy": 1}}"#, 1,
                .unknown(key: "fuzzy", known: Expectation.kinds)
            ),
            (#"{"id": "a", "prompt": "p", "expect": {"regex": "("}}"#, 1, .badPattern("(")),
            (#"{"id": "a", "prompt": "p", "expect": {"json": {"oneOf": []}}}"#, 1, .schema(keyword: "oneOf")),
            (#"{"id": "a", "prompt": "p", "expect": {"json": {"type": "text"}}}"#, 1, .schema(keyword: "type")),
            (
                #"{"id": "a", "prompt": "p", "expect": {"exact": "x"}, "max_tokens": 0}"#, 1,
                .wrongValue(key: "max_tokens", expected: "a number from 1 to 65536")
            ),
            (
                """
                {"id": "a", "prompt": "p", "expect": {"exact": "x"}}
                {"id": "a", "prompt": "q", "expect": {"exact": "x"}}
                """, 2, .duplicate(id: "a")
            ),
        ])
    func mistakes(_ text: String, _ line: Int, _ problem: SuiteError.Problem) {
        #expect(Self.parse(text) == .failure(SuiteError(file: "s.jsonl", line: line, problem: problem)))
    }

    @Test("is refused or read, but never crashes, when it is cut anywhere")
    func truncation() {
        let text = Array(#"{"id": "a", "prompt": "pé", "expect": {"json": {"type": "object", "minLength": 1}}}"#.utf8)
        for end in 0..<text.count {
            #expect(throws: SuiteError.self) { try Suites.Suite(parsing: Array(text[..<end]), name: "s") }
        }
    }

    @Test(
        "judges an answer",
        arguments: [
            (#"{"exact": "ab"}"#, "ab", true), (#"{"exact": "ab"}"#, "ab ", false),
            (#"{"exact": "é"}"#, "e\u{301}", false),
            (#"{"contains": "b"}"#, "abc", true), (#"{"contains": ["b", "d"]}"#, "abc", false),
            (#"{"regex": "^a.c$"}"#, "abc", true), (#"{"regex": "^b"}"#, "abc", false),
            (#"{"json": {}}"#, "nope", false), (#"{"json": {}}"#, "[1]", true),
            (#"{"json": {"type": "object", "required": ["a"]}}"#, #"{"a": 1}"#, true),
            (#"{"json": {"type": "object", "required": ["a"]}}"#, #"{"b": 1}"#, false),
            (#"{"json": {"properties": {"a": {"type": "integer", "minimum": 2}}}}"#, #"{"a": 1}"#, false),
            (#"{"json": {"properties": {"a": {}}, "additionalProperties": false}}"#, #"{"b": 1}"#, false),
            (#"{"json": {"enum": ["x", 1]}}"#, "1.0", true),
            (#"{"json": {"const": {"a": [1]}}}"#, #"{"a": [2]}"#, false),
            (#"{"json": {"items": {"type": "string", "maxLength": 2}}}"#, #"["ab", "abc"]"#, false),
            (#"{"json": {"type": "string", "pattern": "^a"}}"#, #""ba""#, false),
            (#"{"exact": "ab", "regex": "c"}"#, "ab", false),
        ])
    func judges(_ expect: String, _ answer: String, _ isRight: Bool) throws {
        let suite = try Self.parse(#"{"id": "a", "prompt": "p", "expect": \#(expect)}"#).get()
        #expect((suite.prompts[0].mismatch(answer) == nil) == isRight)
    }
}
