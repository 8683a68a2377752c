import ArgumentParser
import Files
import Inference
import Tensors

struct RenderCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "render",
        abstract: "Print the prompt that a chat template makes of messages.",
        discussion: """
            Examples:
              modelpack render model.gguf --messages conversation.json
              modelpack render --template chat_template.jinja --bos '<s>' \\
                --messages conversation.json
              modelpack render model.gguf --messages conversation.json --tools tools.json \\
                --now 2026-01-31T12:00:00
            """)

    @Argument(help: "A bundle, a GGUF file or a Hugging Face directory.", completion: .file())
    var model: String?

    @Option(help: "A file with a template, instead of a model's.", completion: .file())
    var template: String?

    @Option(help: "With --template: the text of the token that begins a text.")
    var bos: String?

    @Option(help: "With --template: the text of the token that ends a text.")
    var eos: String?

    @Option(
        help: "A JSON list of messages, each with role, content and what else the template knows.", completion: .file())
    var messages: String

    @Option(help: "A JSON list of tool definitions.", completion: .file())
    var tools: String?

    @Option(
        help: "A JSON object of further variables, such as enable_thinking or add_generation_prompt.",
        completion: .file())
    var variables: String?

    @Option(help: "The time that the template is told, as 2026-01-31T12:00:00; the clock's by default.")
    var now: String?

    @OptionGroup var common: CommonOptions

    private struct Report: Encodable {
        let prompt: String
    }

    func validate() throws {
        guard (model == nil) != (template == nil) else { throw ValidationError("give either a model or --template") }
        guard template != nil || (bos == nil && eos == nil) else {
            throw ValidationError("--bos and --eos go with --template")
        }
        guard now == nil || now.flatMap({ TemplateTime($0) }) != nil else {
            throw ValidationError("--now is a time such as 2026-01-31T12:00:00")
        }
    }

    func run() throws {
        var input = ChatInput(messages: try readMessages(messages))
        if let tools {
            input.tools = try readJSON(
                tools, as: "list", "is not a JSON list of tools", hint: #"write it as [{"type": "function", …}]"#)
        }
        if let variables {
            let names = try readJSON(
                variables, as: "dict", "is not a JSON object", hint: #"write it as {"enable_thinking": false}"#)
            input.variables = names.variables
        }
        input.now = now.map { TemplateTime($0) } ?? localTime()
        let prompt = try ChatTemplate(parsing: try source(&input)).render(input)
        if common.json {
            print(try jsonText(Report(prompt: prompt)))
        } else {
            writeStandardOutput(Array(prompt.utf8))
        }
    }

    /// The template's text; a model gives `input` its tokens too.
    private func source(_ input: inout ChatInput) throws -> String {
        if let template {
            (input.bos, input.eos) = (bos, eos)
            return String(decoding: try FileSystem.read(template, limit: 1 << 20), as: UTF8.self)
        }
        let metadata = try modelMetadata(model ?? "", remarks: common.note)
        guard let source = try metadata.string(ifPresent: "tokenizer.chat_template") else {
            throw InferenceError.noChatTemplate
        }
        let tokenizer = try Tokenizer(gguf: metadata)
        input.bos = tokenizer.bos.map(tokenizer.text)
        input.eos = tokenizer.eos.map(tokenizer.text)
        return source
    }
}
