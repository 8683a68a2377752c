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
        var input = ChatInput(test.messages)
        input.addGenerationPrompt = test.add_generation_prompt
        (input.bos, input.eos) = ("<s>", "</s>")
        #expect(try ChatTemplate(parsing: test.template).render(input) == test.expected)
    }

    @Test("has its fixtures")
    func fixtures() {
        #expect(TemplateCase.all.count > 50)
        #expect(TemplateFeatures.shared.rendered.count > 100)
        #expect(TemplateFeatures.shared.refused.count > 50)
    }

    @Test("has each feature as jinja2 has it", arguments: TemplateFeatures.shared.rendered)
    func feature(_ test: TemplateFeatures.Case) throws {
        let text = try ChatTemplate(parsing: test.template).render(TemplateFeatures.shared.input)
        #expect(text.utf8.elementsEqual(test.expected.utf8), "\(text)")
    }

    @Test("refuses what jinja2 refuses", arguments: TemplateFeatures.shared.refused)
    func refused(_ template: String) {
        #expect(throws: TemplateError.self) {
            try ChatTemplate(parsing: template).render(TemplateFeatures.shared.input)
        }
    }

    @Test("without a time has no function for it")
    func timeless() throws {
        let template = "{{ strftime_now is defined }}"
        #expect(try ChatTemplate(parsing: template).render(ChatInput([])) == "False")
    }

    @Test("survives any mutation of a template", arguments: [UInt64(11), 12, 13])
    func mutations(seed: UInt64) {
        var random = SplitMix(state: seed)
        for template in TemplateCase.all.map(\.template) + TemplateFeatures.shared.rendered.map(\.template) {
            var bytes = Array(template.utf8)
            for _ in 0..<10 {
                guard !bytes.isEmpty else { break }
                let index = Int(random.next() % UInt64(bytes.count))
                switch random.next() % 3 {
                case 0: bytes.remove(at: index)
                case 1: bytes[index] = UInt8(truncatingIfNeeded: random.next() % 128)
                default: bytes.insert(bytes[Int(random.next() % UInt64(bytes.count))], at: index)
                }
                // Either answer will do; a crash or a hang would be the failure, and name the seed.
                _ = try? ChatTemplate(parsing: String(decoding: bytes, as: UTF8.self))
                    .render(TemplateFeatures.shared.input)
            }
        }
    }
}
