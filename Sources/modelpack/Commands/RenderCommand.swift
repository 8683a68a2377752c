import ArgumentParser
import Files
import FoundationEssentials
import Inference
import Tensors

struct RenderCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "render",
        abstract: "Print the prompt that a chat template makes of messages.",
        discussion: """
            EXAMPLES
              modelpack render model.gguf --messages conversation.json
              modelpack render --template chat_template.jinja --bos '<s>' --messages conversation.json
            """)

    @Argument(help: "A bundle, a GGUF file or a Hugging Face directory.")
    var model: String?

    @Option(help: "A file with a template, instead of a model's.")
    var template: String?

    @Option(help: "With --template: the text of the token that begins a text.")
    var bos: String?

    @Option(help: "With --template: the text of the token that ends a text.")
    var eos: String?

    @Option(help: "A JSON list of messages, each with role and content.")
    var messages: String

    @OptionGroup var common: CommonOptions

    private struct Report: Encodable {
        let prompt: String
    }

    func validate() throws {
        guard (model == nil) != (template == nil) else { throw ValidationError("give either a model or --template") }
        guard template != nil || (bos == nil && eos == nil) else {
            throw ValidationError("--bos and --eos go with --template")
        }
    }

    func run() throws {
        let turns = try conversation()
        let prompt: String
        if let template {
            let source = String(decoding: try FileSystem.read(template, limit: 1 << 20), as: UTF8.self)
            prompt = try ChatTemplate(parsing: source).render(messages: turns, bos: bos ?? "", eos: eos ?? "")
        } else {
            let metadata = try modelMetadata(model ?? "", remarks: common.note)
            guard let source = try metadata.string(ifPresent: "tokenizer.chat_template") else {
                throw InferenceError.noChatTemplate
            }
            let tokenizer = try Tokenizer(gguf: metadata)
            prompt = try ChatTemplate(parsing: source).render(
                messages: turns, bos: tokenizer.bos.map(tokenizer.text) ?? "",
                eos: tokenizer.eos.map(tokenizer.text) ?? "")
        }
        if common.json {
            print(try jsonText(Report(prompt: prompt)))
        } else {
            writeStandardOutput(Array(prompt.utf8))
        }
    }

    private func conversation() throws -> [ChatMessage] {
        let bytes = try FileSystem.read(messages, limit: 16 << 20)
        guard let turns = try? JSONDecoder().decode([ChatMessage].self, from: Data(bytes)) else {
            throw CommandError(
                status: .damaged, message: "\(messages): is not a JSON list of messages",
                hint: #"write it as [{"role": "user", "content": "…"}]"#)
        }
        return turns
    }
}
