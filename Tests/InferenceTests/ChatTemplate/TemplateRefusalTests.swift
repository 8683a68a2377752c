import JSONText
import Testing

@testable import Inference

@Suite("A chat template that can't be used")
struct TemplateRefusalTests {
    @Test(
        "names what is wrong, its line and its column",
        arguments: [
            ("a\n{% include 'x' %}", 2, 4, TemplateError.Problem.unsupported("statement include")),
            ("{% import 'x' as y %}", 1, 4, .unsupported("statement import")),
            ("{% extends 'x' %}", 1, 4, .unsupported("statement extends")),
            ("{% block x %}{% endblock %}", 1, 4, .unsupported("statement block")),
            ("{{ 1 | nosuch }}", 1, 8, .unsupported("filter nosuch")),
            ("{% if true %}{{ 1 | nosuch }}{% endif %}", 1, 21, .unsupported("filter nosuch")),
            ("\n\n{{ 1 is nosuch }}", 3, 9, .unsupported("test nosuch")),
            ("é{{ nosuch(1) }}", 1, 5, .undefined("nosuch")),
            ("{{ ''.__class__ }}", 1, 7, .refused("attribute __class__")),
            ("{{ ''['__class__'] }}", 1, 7, .refused("attribute __class__")),
            ("{{ [].append(1) }}", 1, 7, .unsupported("method append of list")),
            ("{{ {}.pop('a') }}", 1, 7, .unsupported("method pop of dict")),
            ("{{ 'a'.encode() }}", 1, 8, .unsupported("method encode of str")),
            ("{{ range }}", 1, 1, .unsupported("printing a function")),
            ("{{ raise_exception('no') }}", 1, 4, .raised("no")),
            ("{{ foo.bar }}", 1, 8, .undefined("foo")),
            ("{{ 1 + 'a' }}", 1, 6, .wrongType(operation: "+", found: "int and str")),
            ("{{ 1 / 0 }}", 1, 6, .wrongType(operation: "/", found: "zero")),
            ("{{ 1 < 'a' }}", 1, 6, .wrongType(operation: "<", found: "int and str")),
            ("{{ ''.split('') }}", 1, 7, .wrongArguments("split")),
            ("{% if true %}", 1, 14, .syntax(expected: "endif", found: "the end of the template")),
            ("{% endif %}", 1, 4, .syntax(expected: "a statement", found: "endif")),
            ("{{ 'a", 1, 4, .syntax(expected: "a quote", found: "the end of the template")),
            ("{{ a", 1, 1, .syntax(expected: "}}", found: "the end of the template")),
            ("{% break %}", 1, 4, .syntax(expected: "a loop around it", found: "break")),
            ("{{ 9223372036854775807 + 1 }}", 1, 24, .limit("as the size of a number", .max)),
        ])
    func refusals(_ template: String, _ line: Int, _ column: Int, _ problem: TemplateError.Problem) {
        let position = TemplatePosition(line: line, column: column)
        #expect(throws: TemplateError(position: position, problem: problem)) {
            try ChatTemplate(parsing: template).render(ChatInput([]))
        }
    }

    @Test(
        "ends whatever it tries",
        arguments: [
            "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
            "{% set n = namespace(x='aaaaaaaaaaaaaaaa') %}{% for i in range(64) %}{% set n.x = n.x + n.x %}{% endfor %}",
            "{% set n = namespace(x=[]) %}{% for i in range(9999) %}{% set n.x = [n.x] %}{% endfor %}",
            "{% set n = namespace(x=[1]) %}{% for i in range(90) %}{% set n.x = [n.x, n.x] %}{% endfor %}{{ n.x }}",
            "{% set n = namespace(x=[1], y=[1]) %}{% for i in range(90) %}{% set n.x = [n.x, n.x] %}"
                + "{% set n.y = [n.y, n.y] %}{% endfor %}{{ n.x == n.y }}",
            "{% set n = namespace(x=[1]) %}{% for i in range(90) %}{% set n.x = [n.x, n.x] %}{% endfor %}"
                + "{{ n.x | tojson }}",
            "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
            "{% macro m(n) %}{% call m(n) %}{% endcall %}{{ caller() }}{% endmacro %}{{ m(1) }}",
            "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}",
            "{{ 'a' * 1000000000000 }}",
            "{{ 'a' * 9223372036854775807 }}",
            "{{ [0] * 9223372036854775807 }}",
            "{{ range(9000000000) }}",
            "{{ range(-9223372036854775807, 9223372036854775807) }}",
            "{{ 'a' | center(9223372036854775807) }}",
            "{{ 'a'.zfill(9223372036854775807) }}",
            "{{ '\\t'.expandtabs(9223372036854775807) }}",
            "{{ 'a\\nb' | indent(9223372036854775807) }}",
            "{{ '%999999999999d' % 1 }}",
            "{{ '{:999999999}'.format(1) }}",
            "{{ [1] | tojson(indent=9223372036854775807) }}",
            "{{ 1.5 | round(9223372036854775807) }}",
            "{{ 9 ** 9223372036854775807 }}",
            "{{ (-9223372036854775807 - 1) // -1 }}",
            "{{ (-9223372036854775807 - 1) | abs }}",
            "{{ 1e300 | int }}",
            "{{ 'aaaa'.replace('a', 'b' * 8000000) }}",
        ])
    func limits(_ template: String) {
        #expect(throws: TemplateError.self) { try ChatTemplate(parsing: template).render(ChatInput([])) }
    }

    @Test(
        "stops at depth",
        arguments: [
            ("{{ ", "(", ""), ("{{ ", "not ", "1 }}"), ("{{ ", "-", "1 }}"), ("{{ ", "[", " }}"),
            ("{{ 1", " if 1", " }}"), ("{{ x", ".x", " }}"), ("{{ 'x'", "|trim", " }}"), ("", "{% if true %}", ""),
            ("", "{% for x in y %}", ""), ("{% set ", "(", ""),
        ])
    func depth(_ start: String, _ repeated: String, _ end: String) {
        let template = start + String(repeating: repeated, count: 50_000) + end
        #expect(throws: TemplateError.self) { try ChatTemplate(parsing: template).render(ChatInput([])) }
    }

    @Test("takes the largest bounds for what they are")
    func bounds() throws {
        let template =
            "{% set m = 9223372036854775807 %}{{ 'abc'[-m - 1:m:m] }}{{ 'abc'[m:-m - 1:-m - 1] }}"
            + "{{ 'abc'[::-1] }}{{ 'abc'.find('c', -m - 1, m) }}{{ 'aba'.replace('a', '', m) }}{{ [1][m] is defined }}"
        #expect(try ChatTemplate(parsing: template).render(ChatInput([])) == "accba2bFalse")
    }

    @Test(
        "is not made of messages that are not JSON",
        arguments: [("", 0), ("[1,]", 3), ("{\"a\" 1}", 5), ("[01]", 2), ("\"\\ud800\"", 7), ("nul", 0), ("[1] x", 4)])
    func json(_ text: String, _ offset: Int) {
        #expect(throws: JSONError.self) { try TemplateValue(json: Array(text.utf8)) }
        #expect(throws: JSONError.self) {
            try TemplateValue(json: Array(String(repeating: "[", count: 100_000).utf8))
        }
    }
}
