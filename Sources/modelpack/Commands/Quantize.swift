import ArgumentParser
import Building
import Checkpoints
import Files
import Tensors

struct Quantize: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Convert a model's weights into blocks: a GGUF file out.",
        discussion: """
            SOURCE is a Hugging Face directory or a GGUF file.

            A type is written to every matrix: \(Codec.types.map(\.name).joined(separator: " ")).
            The bytes are those of llama-quantize --pure.

            A mix gives more bits to the tensors that need them: \(Mix.allCases.map(\.name).joined(separator: " ")).
            The bytes are those of llama-quantize with the same type: mostly_q4_0 is its Q4_0.

            Vectors such as norms stay f32. Rows that a type's blocks don't divide get a type that does. The same source
            and types give the same bytes, on any number of threads.

            Examples:
              modelpack quantize Models/home-1.0.0 home.gguf --type q8_0
              modelpack quantize smollm2-f32.gguf small.gguf --type q4_k_m
              modelpack quantize smollm2.gguf small.gguf --type q4_0 --rule 'token_embd.weight=q8_0'
            """)

    @Argument(help: "A Hugging Face directory or a GGUF file.")
    var source: String

    @Argument(help: "The GGUF file to write.")
    var output: String

    @Option(help: "The type or mix of matrices that no rule names.")
    var type: String

    @Option(help: "PATTERN=TYPE for tensors whose GGUF name matches; * and ? are wild; the first match wins.")
    var rule: [String] = []

    @Option(help: "How many threads convert; all cores by default.")
    var threads: Int?

    @OptionGroup var common: CommonOptions

    struct Result: Encodable {
        let path: String
        let type: String
        let tensors: Int
        let bytes: Int
    }

    func validate() throws {
        if let threads, threads < 1 { throw ValidationError("--threads must be at least 1") }
    }

    func run() async throws {
        var rules: [Recipe.Rule] = []
        for text in rule { rules.append(try Recipe.Rule(parsing: text)) }
        let recipe = Recipe(try Recipe.Default(named: type), rules: rules)
        let plan = try Plan(try Checkpoint(path: source), recipe: recipe)
        for remark in plan.remarks { common.note("note: " + remark.sentence) }
        var progress = ConversionProgress(common)
        defer { progress.finish() }
        try await Quantization.write(plan, to: output, threads: threads) { progress.show($0, of: $1) }
        let result = Result(
            path: output, type: recipe.standard.name, tensors: plan.steps.count, bytes: plan.layout.size)
        try common.report(result, text: "\(output): \(result.tensors) tensors, \(result.bytes) bytes")
    }
}

extension Plan.Remark {
    var sentence: String {
        switch self {
        case .fellBack(let tensors, let rowElements, let from, let to):
            "\(tensors.first ?? "")\(tensors.count > 1 ? " and \(tensors.count - 1) more" : ""): rows of "
                + "\(rowElements) can't be divided into \(from.name) blocks; written as \(to.name)"
        case .requantized(let type):
            "the source has \(type.name) tensors that are converted again; a float source keeps more of the model"
        }
    }
}
