import JSONText
import Signatures
import Testing

@Suite("A JSON value forgets nothing and accepts nothing doubtful")
struct JSONValueTests {
    @Test("What is written is sorted by code point and parses to the same value")
    func roundTrip() throws {
        let text = #" { "b" : [1, -2, true, null], "a\u00e9\ud83d\ude00" : "x\n\"\\/" , "Z": {"n": 0} } "#
        let value = try JSONValue(parsing: Array(text.utf8))
        let written = #"{"Z":{"n":0},"aé😀":"x\n\"\\/","b":[1,-2,true,null]}"#
        #expect(String(decoding: value.encoded, as: UTF8.self) == written)
        #expect(try JSONValue(parsing: value.encoded) == value)
    }

    @Test("Canonical JSON leaves control characters as they are")
    func canonical() throws {
        let value: JSONValue = ["b": "line\nnext\u{1}", "a": #""\"#]
        #expect(String(decoding: value.canonical, as: UTF8.self) == "{\"a\":\"\\\"\\\\\",\"b\":\"line\nnext\u{1}\"}")
    }

    @Test(
        "Refused",
        arguments: [
            "", " ", "{", "[1,]", "{\"a\":1,}", "{\"a\" 1}", "{\"a\":1,\"a\":2}", "{1:2}", "nul", "truex", "1.5", "1e3",
            "01", "-", "-0", "9223372036854775808", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\x\"", "\"\n\"", "\"abc",
            "[1] x", "'a'", "+1", "\u{FEFF}1", String(repeating: "[", count: 100_000),
        ])
    func refused(text: String) {
        #expect(throws: SignatureError.self) { try JSONValue(parsing: Array(text.utf8)) }
    }

    @Test("Bytes that are not UTF-8 are refused")
    func notText() {
        #expect(throws: SignatureError.malformedJSON(JSONError(offset: 3, problem: .invalidText))) {
            try JSONValue(parsing: [0x22, 0xC3, 0x28, 0x22])
        }
    }
}
