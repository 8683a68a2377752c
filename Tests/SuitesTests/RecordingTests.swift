import Signatures
import Testing

@testable import Suites

@Suite("A recording")
struct RecordingTests {
    @Test("is the same bytes after reading and writing, and asks each prompt once")
    func roundTrip() throws {
        let prompts = ["a", "b", "c"].map {
            GoldenPrompt(id: $0, input: .text($0 == "c" ? "a" : $0), expectations: [.exact("x")])
        }
        var asked: [String] = []
        let respondent = Respondent(answering: { question in
            guard case .text(let text) = question.input else { return Reply(tokens: [], text: "", logits: .sha256([])) }
            asked.append(text)
            return Reply(tokens: [1, 2], text: "x", logits: .sha256(Array(text.utf8)))
        })
        let recording = try respondent.record([Suites.Suite(name: "golden/s.jsonl", prompts: prompts)])
        #expect(asked == ["a", "b"])
        let bytes = try recording.encoded()
        #expect(
            String(decoding: bytes, as: UTF8.self).hasPrefix("{\"arithmetic\":1}\n{\"id\":\"a\",\"logits_sha256\":"))
        let again = try Recording(parsing: bytes, file: "r")
        #expect(again == recording)
        #expect(try again.encoded() == bytes)
        for end in 0..<bytes.count {
            if let cut = try? Recording(parsing: Array(bytes[..<end]), file: "r") {
                #expect(recording.entries.starts(with: cut.entries))
            }
        }
    }
}
