import ArgumentParser
import Files
import FoundationEssentials
import Inference

struct TokenizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokenize",
        abstract: "Print the token ids of a text, or the text of token ids.",
        discussion: """
            Reads standard input unless --file is given, every byte of it as it is; ids come as a JSON list. Texts of \
            control tokens in the input are those tokens, unless --no-parse-special is given. No token is added in \
            front or at the end, unless --add-special is given and the model wants it.

            Examples:
              modelpack tokenize model.gguf --file prompt.txt
              echo '[1, 2, 3]' | modelpack tokenize model.gguf --text
            """)

    @Argument(help: "A bundle, a GGUF file or a Hugging Face directory.", completion: .file())
    var model: String

    @Option(help: "The file to read.", completion: .file())
    var file: String?

    @Flag(help: "The way back: read a JSON list of ids and print their text.")
    var text = false

    @Flag(help: "Take the texts of control tokens as text, as the prompts of users are.")
    var noParseSpecial = false

    @Flag(help: "Add the tokens that the model wants before and after a text.")
    var addSpecial = false

    @OptionGroup var common: CommonOptions

    private struct Report: Encodable {
        let tokens: [Int32]
        let text: String
    }

    func run() throws {
        let path = file ?? "standard input"
        let input: [UInt8]
        if let file { input = try FileSystem.read(file, limit: 1 << 30) } else { input = readStandardInput() }
        let tokenizer = try Tokenizer(gguf: try modelMetadata(model, remarks: common.note))
        if text {
            guard let ids = try? JSONDecoder().decode([Int32].self, from: Data(input)) else {
                throw CommandError(status: .damaged, message: "\(path): is not a JSON list of token ids", hint: nil)
            }
            if let id = ids.first(where: { $0 < 0 || $0 >= tokenizer.count }) {
                throw CommandError(
                    status: .damaged, message: "\(path): \(id) is no token; there are \(tokenizer.count)", hint: nil)
            }
            let bytes = tokenizer.decode(ids, special: true, isWhole: true)
            if common.json {
                print(try jsonText(Report(tokens: ids, text: String(decoding: bytes, as: UTF8.self))))
            } else {
                writeStandardOutput(bytes)
            }
        } else {
            var ids = tokenizer.encode(input, parseSpecial: !noParseSpecial)
            if addSpecial { ids = tokenizer.delimited(ids) }
            let list = "[" + ids.map { "\($0)" }.joined(separator: ", ") + "]"
            try common.report(Report(tokens: ids, text: String(decoding: input, as: UTF8.self)), text: list)
        }
    }
}
