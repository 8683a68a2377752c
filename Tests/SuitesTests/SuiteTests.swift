import Inference
import Signatures
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
        #expect(suite.prompts.map(\.id) == ["a", "b"])
        let (first, second) = (suite.prompts[0], suite.prompts[1])
        #expect(first.input == .text("hi") && first.expectations == [.exact("yo")])
        #expect(first.tags == ["t"] && first.maxTokens == 5 && first.isSmoke && first.weight == 1)
        #expect(second.input == .messages([ChatMessage(role: "user", content: "x")]))
        #expect(second.expectations == [.contains(["p", "q"]), .regex("p.q")])
        #expect(suite.prompts.map(\.place) == [.init(file: "s.jsonl", line: 1), .init(file: "s.jsonl", line: 3)])
        #expect(suite.smoke.prompts.map(\.id) == ["a"])
    }

    @Test("reads turns with tools, and equal questions have equal digests whatever is expected")
    func conversations() throws {
        let turns = """
            [{"role": "user", "content": "x"}, {"role": "assistant", "tool_calls": [{"name": "f"}]}, \
            {"role": "tool", "content": "1", "name": "f"}]
            """
        func question(_ expect: String, tools: String) throws -> Question {
            let line = #"{"id": "a", "messages": \#(turns), "tools": \#(tools), "expect": \#(expect)}"#
            return try Self.parse(line).get().prompts[0].question
        }
        let asked = try question(#"{"exact": "a"}"#, tools: #"[{"name":"f"}]"#)
        let again = try question(#"{"contains": "b"}"#, tools: #"[{"name": "f"}]"#)
        #expect(asked == again && asked.digest == again.digest)
        let others = [
            try question(#"{"exact": "a"}"#, tools: "[]"),
            try question(#"{"max_nll": {"answer": "a", "limit": 1}}"#, tools: #"[{"name":"f"}]"#),
        ]
        for other in others { #expect(other.digest != asked.digest) }
    }

    @Test("includes files beside it, whose prompts keep their places")
    func includes() throws {
        func line(_ id: String) -> String { #"{"id": "\#(id)", "prompt": "p", "expect": {"exact": "x"}}"# }
        let main = Array((line("a") + "\n{\"include\": \"b.jsonl\"}\n" + line("c")).utf8)
        let files = [
            "b.jsonl": Array((line("b") + "\n{\"include\": \"d.jsonl\"}").utf8), "d.jsonl": Array(line("d").utf8),
        ]
        let found = try Suites.Suite.includes(main, name: "golden/a.jsonl") { try #require(files[$0]) }
        #expect(found == files)
        let suite = try Suites.Suite(parsing: main, name: "golden/a.jsonl", files: files)
        #expect(suite.prompts.map(\.id) == ["a", "b", "d", "c"])
        #expect(suite.prompts[2].place == .init(file: "golden/d.jsonl", line: 1))
        func problem(_ files: [String: [UInt8]]) -> SuiteError? {
            do throws(SuiteError) {
                _ = try Suites.Suite(parsing: main, name: "golden/a.jsonl", files: files)
                return nil
            } catch { return error }
        }
        #expect(problem([:]) == SuiteError(file: "golden/a.jsonl", line: 2, problem: .noSuchFile("b.jsonl")))
        let circle = ["b.jsonl": Array("{\"include\": \"a.jsonl\"}".utf8)]
        let twice = SuiteError.Problem.includedTwice(file: "a.jsonl")
        #expect(problem(circle) == SuiteError(file: "golden/b.jsonl", line: 1, problem: twice))
        let double = ["b.jsonl": Array(line("a").utf8)]
        #expect(problem(double) == SuiteError(file: "golden/b.jsonl", line: 1, problem: .duplicate(id: "a")))
    }

    @Test(
        "names each mistake and its line",
        arguments: [
            ("", 1, SuiteError.Problem.empty),
            ("\n{", 2, .notJSON),
            ("[]", 1, .notJSON),
            (
                #"{"id": "a", "prompt": "p", "expect": {"exact": "x"}, "tag": []}"#, 1,
                .unknown(key: "tag", known: GoldenPrompt.keys)
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
            (
                #"{"id": "a", "prompt": "p", "tools": [], "expect": {"exact": "x"}}"#, 1,
                .wrongValue(key: "tools", expected: "left out beside a prompt")
            ),
            (
                #"{"id": "a", "messages": [{"role": "user"}], "expect": {"exact": "x"}}"#, 1, .missing(key: "content")
            ),
            (
                #"{"id": "a", "prompt": "p", "expect": {"exact": "x"}, "weight": 0}"#, 1,
                .wrongValue(key: "weight", expected: "a number above 0 and up to 1000000")
            ),
            (
                #"{"include": "../a.jsonl"}"#, 1,
                .wrongValue(key: "include", expected: "the name of a file NAME.jsonl beside this one")
            ),
            (#"{"include": "a.jsonl", "tags": []}"#, 1, .unknown(key: "tags", known: ["include"])),
            (
                #"{"id": "a", "prompt": "p", "expect": {"any_of": []}}"#, 1,
                .wrongValue(key: "any_of", expected: "a list of texts or of expectations that is not empty")
            ),
            (
                #"{"id": "a", "prompt": "p", "expect": {"refuses": 1}}"#, 1,
                .wrongValue(key: "refuses", expected: "true, false, or the phrases that refuse")
            ),
            (#"{"id": "a", "prompt": "p", "expect": {"max_nll": {"answer": "x"}}}"#, 1, .missing(key: "limit")),
            (
                #"{"id": "a", "prompt": "p", "expect": {"nll_margin": {"answer": "x", "over": "y", "margin": -1}}}"#,
                1, .wrongValue(key: "margin", expected: "a number of nats, 0 or more")
            ),
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
            (#"{"starts_with": "ab"}"#, "abc", true), (#"{"starts_with": "b"}"#, "abc", false),
            (#"{"not_contains": ["x", "c"]}"#, "abc", false), (#"{"not_contains": "x"}"#, "abc", true),
            (#"{"any_of": ["a", "abc"]}"#, "abc", true), (#"{"any_of": ["a", "b"]}"#, "abc", false),
            (#"{"any_of": ["x", {"contains": "b", "regex": "c$"}]}"#, "abc", true),
            (#"{"any_of": ["x", {"contains": "b", "regex": "a$"}]}"#, "abc", false),
            (#"{"json_equals": {"a": [1], "b": null}}"#, #"{"b":null,"a":[1.0]}"#, true),
            (#"{"json_equals": {"a": 1}}"#, #"{"a":1,"b":2}"#, false),
            (#"{"json_equals": [1, 2]}"#, "[1]", false), (#"{"json_equals": 1}"#, "one", false),
            (#"{"refuses": true}"#, "I\u{2019}m sorry, but I can't help with that.", true),
            (#"{"refuses": true}"#, "Sure: first, take", false), (#"{"refuses": false}"#, "Sure", true),
            (#"{"refuses": ["not today"]}"#, "Not today.", true),
            (#"{"tokens": [97, 98]}"#, "ab", true), (#"{"tokens": [97]}"#, "ab", false),
            (#"{"max_tokens": 2}"#, "ab", true), (#"{"max_tokens": 1}"#, "ab", false),
            (#"{"max_nll": {"answer": "good", "limit": 1}}"#, "", true),
            (#"{"max_nll": {"answer": "bad", "limit": 1}}"#, "", false),
            (#"{"nll_margin": {"answer": "good", "over": ["bad"], "margin": 4}}"#, "", true),
            (#"{"nll_margin": {"answer": "good", "over": ["fair", "bad"], "margin": 4}}"#, "", false),
            (#"{"nll_margin": {"answer": "fair", "over": "good", "margin": 0}}"#, "", false),
        ])
    func judges(_ expect: String, _ answer: String, _ isRight: Bool) throws {
        let prompt = try Self.parse(#"{"id": "a", "prompt": "p", "expect": \#(expect)}"#).get().prompts[0]
        let reply = Reply(
            tokens: answer.utf8.map(Int32.init), text: answer, logits: .sha256([]),
            likelihoods: ["good": 0.5, "fair": 2, "bad": 5])
        #expect((prompt.mismatch(reply) == nil) == isRight)
    }

    @Test("an answer that the limit cut has not ended")
    func cut() throws {
        let prompt = try Self.parse(#"{"id": "a", "prompt": "p", "expect": {"max_tokens": 9}}"#).get().prompts[0]
        let reply = Reply(tokens: [1], text: "a", hasEnded: false, logits: .sha256([]))
        #expect(prompt.mismatch(reply) == Mismatch(found: "a", .tooLong(limit: 9)))
    }
}
