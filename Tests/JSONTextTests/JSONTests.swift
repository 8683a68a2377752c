import JSONText
import Testing

@Suite("JSON is read strictly, and a mistake has a place")
struct JSONTests {
    @Test("Values come back, in their order")
    func values() throws {
        let json = try JSON(
            parsing: Array(#" {"b": [1, -2.5, 1e3, true, null], "a": "x\n\u00e9\ud83d\ude00\"/"} "#.utf8))
        #expect(json["b"]?.array == [.integer(1), .number(-2.5), .number(1000), .bool(true), .null])
        #expect(json["a"]?.string == "x\né😀\"/")
        #expect(json.object?.members.map(\.name) == ["b", "a"])
    }

    @Test(
        "Other text is refused",
        arguments: [
            ("", 0, JSONProblem.ended), ("{", 1, .ended), ("[1,]", 3, .unexpectedByte),
            ("{\"a\":1,}", 7, .unexpectedByte),
            ("01", 2, .unexpectedByte), ("1.", 2, .ended), ("-", 1, .ended), ("+1", 0, .unexpectedByte),
            (".5", 0, .unexpectedByte), ("1e", 2, .ended), ("nul", 3, .ended), ("\"\\x\"", 3, .invalidText),
            ("\"\\ud83d\"", 7, .invalidText), ("\"\\udc00\"", 7, .invalidText), ("\"a\nb\"", 2, .invalidText),
            ("\"open", 5, .ended), ("[1] 2", 4, .trailingBytes), ("{\"a\" 1}", 5, .unexpectedByte),
            ("{1:2}", 1, .unexpectedByte), ("NaN", 0, .unexpectedByte), ("1e999", 5, .outOfRange),
            ("{\"a\":1,\"a\":2}", 10, .duplicateName("a")), ("'a'", 0, .unexpectedByte),
            ("\u{FEFF}1", 0, .unexpectedByte),
        ])
    func refused(_ text: String, _ offset: Int, _ problem: JSONProblem) {
        #expect(throws: JSONError(offset: offset, problem: problem)) { try JSON(parsing: Array(text.utf8)) }
    }

    @Test("What is signed has integers only, and no two names that look the same")
    func signed() throws {
        for (text, problem) in [
            ("1.5", JSONProblem.notAnInteger), ("-0", .notAnInteger), ("9223372036854775808", .notAnInteger),
            ("{\"\u{E9}\":1,\"e\u{301}\":2}", .duplicateName("e\u{301}")),
        ] {
            let bytes = Array(text.utf8)
            _ = try JSON(parsing: bytes)
            let error = #expect(throws: JSONError.self) { try JSON(parsing: bytes, as: .signed) }
            #expect(error?.problem == problem)
        }
    }

    @Test("Depth is limited")
    func depth() {
        #expect(throws: JSONError(offset: 64, problem: .tooDeep(limit: 64))) {
            try JSON(parsing: [UInt8](repeating: UInt8(ascii: "["), count: 100_000))
        }
    }
}
