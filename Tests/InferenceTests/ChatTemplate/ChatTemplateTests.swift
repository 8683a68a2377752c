import Files
import FoundationEssentials
import Testing

@testable import Inference

/// A template, messages, and what Python's jinja2 makes of them.
struct TemplateCase: Decodable, Sendable, CustomTestStringConvertible {
    let template: String
    let messages: [ChatMessage]
    let add_generation_prompt: Bool
    let expected: String

    var testDescription: String { template.debugDescription }

    static let all: [TemplateCase] = {
        let folder = FileSystem.parent(of: FileSystem.parent(of: FileSystem.parent(of: #filePath)))
        let bytes = (try? FileSystem.read(folder + "/Fixtures/templates/jinja2.json")) ?? []
        return (try? JSONDecoder().decode([TemplateCase].self, from: Data(bytes))) ?? []
    }()
}

@Suite("A chat template")
struct ChatTemplateTests {
    @Test("renders as jinja2 does", arguments: TemplateCase.all)
    func peer(_ test: TemplateCase) throws {
        let text = try ChatTemplate(parsing: test.template).render(
            messages: test.messages, addGenerationPrompt: test.add_generation_prompt, bos: "<s>", eos: "</s>")
        #expect(text == test.expected)
    }

    @Test("has its fixture")
    func fixture() { #expect(TemplateCase.all.count > 50) }

    @Test(
        "names what it can't do, and the line",
        arguments: [
            ("a\n{% macro f() %}{% endmacro %}", 2, TemplateError.Problem.unsupported("statement macro")),
            ("{{ 1 | nosuch }}", 1, .unsupported("filter nosuch")),
            ("\n\n{{ 1 is nosuch }}", 3, .unsupported("test nosuch")),
            ("{{ nosuch(1) }}", 1, .unsupported("function nosuch")),
            ("{{ 'a'.center(3) }}", 1, .unsupported("method center of str")),
            ("{{ messages }}", 1, .unsupported("printing a list")),
            ("{% include 'x' %}", 1, .unsupported("statement include")),
            ("{{ 2 ** 3 }}", 1, .unsupported("operator **")),
            ("{{ raise_exception('no') }}", 1, .raised("no")),
            ("{{ foo.bar }}", 1, .undefined("foo")),
            ("{{ 1 + 'a' }}", 1, .wrongType(operation: "+", found: "int and str")),
            ("{% if true %}", 1, .syntax(expected: "endif", found: "the end of the template")),
            ("{% endif %}", 1, .syntax(expected: "a statement", found: "endif")),
            ("{{ 'a", 1, .syntax(expected: "a quote", found: "the end of the template")),
            ("{{ 1 / 0 }}", 1, .wrongType(operation: "/", found: "zero")),
            ("{{ 1 // 0 }}", 1, .limit("size of numbers", .max)),
            ("{{ 9223372036854775807 + 1 }}", 1, .limit("size of numbers", .max)),
            ("{{ ''.split('') }}", 1, .wrongArguments("split")),
        ])
    func refusals(_ template: String, _ line: Int, _ problem: TemplateError.Problem) {
        #expect(throws: TemplateError(line: line, problem: problem)) {
            try ChatTemplate(parsing: template).render(messages: [])
        }
    }

    @Test(
        "ends whatever a template tries",
        arguments: [
            "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
            "{% set ns = namespace(x='aaaaaaaaaaaaaaaa') %}{% for i in range(64) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
            "{{ 'a' * 1000000000000 }}",
            "{{ 'a' * 9223372036854775807 }}",
            "{{ range(9000000000) }}",
            String(repeating: "(", count: 50_000),
            "{{ " + String(repeating: "not ", count: 50_000) + "1 }}",
            "{{ 1" + String(repeating: " + 1", count: 50_000) + " }}",
            String(repeating: "{% if true %}", count: 50_000),
            "{{ " + String(repeating: "[", count: 50_000) + " }}",
            "{{ 'aaaa'.replace('a', 'b' * 8000000) }}",
            "{{ 'x'" + String(repeating: "|trim", count: 50_000) + " }}",
        ])
    func limits(_ template: String) {
        if template.hasPrefix("(") {
            #expect(throws: TemplateError.self) { try ChatTemplate(parsing: "{{" + template).render(messages: []) }
        } else {
            #expect(throws: TemplateError.self) { try ChatTemplate(parsing: template).render(messages: []) }
        }
    }

    @Test("survives any mutation of a template", arguments: [UInt64(11), 12, 13])
    func mutations(seed: UInt64) {
        var random = SplitMix(state: seed)
        for test in TemplateCase.all {
            var bytes = Array(test.template.utf8)
            for _ in 0..<10 {
                guard !bytes.isEmpty else { break }
                let index = Int(random.next() % UInt64(bytes.count))
                switch random.next() % 3 {
                case 0: bytes.remove(at: index)
                case 1: bytes[index] = UInt8(truncatingIfNeeded: random.next() % 128)
                default: bytes.insert(bytes[Int(random.next() % UInt64(bytes.count))], at: index)
                }
                // Either answer will do; a crash or a hang would be the failure, and name the seed.
                _ = try? ChatTemplate(parsing: String(decoding: bytes, as: UTF8.self)).render(messages: test.messages)
            }
        }
    }
}
