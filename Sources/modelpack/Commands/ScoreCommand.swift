import ArgumentParser
import Files
import Inference

struct ScoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score",
        abstract: "Measure a model's perplexity on a text.",
        discussion: """
            EXAMPLE
              modelpack score home-1.0.0.modelpack --text corpus.txt --context 256

            The text is tokenized once and cut in chunks of N tokens; the second half of each is scored, as
            llama-perplexity does.
            """)

    @Argument(help: "A bundle, a GGUF file or a Hugging Face directory.")
    var model: String

    @Option(help: "The text to score.")
    var text: String

    @Option(help: "Tokens in a chunk.")
    var context = 512

    @OptionGroup var compute: ComputeOptions
    @OptionGroup var common: CommonOptions

    private struct Report: Encodable {
        var tokens: Int
        var perplexity: Double
    }

    func run() async throws {
        let model = try await openModel(model, remarks: common.note)
        guard (2...model.shape.contextLength).contains(context) else {
            throw ValidationError("--context takes a number from 2 to the model's \(model.shape.contextLength)")
        }
        // Where the model wants a first token, the text has it too, before it is cut: so does llama-perplexity.
        let first = model.tokenizer.addsBOS ? model.tokenizer.bos.map { [$0] } ?? [] : []
        let tokens = first + model.tokenizer.encode(try FileSystem.read(text, limit: 1 << 30), parseSpecial: true)
        guard tokens.count >= context else {
            throw CommandError(
                status: .usage, message: "\(text): only \(tokens.count) tokens, fewer than one chunk of \(context)",
                hint: "take a longer text, or a smaller --context")
        }
        let score = try model.score(tokens, context: context, threads: compute.threads, kernels: compute.kernels)
        try common.report(
            Report(tokens: score.tokens, perplexity: score.perplexity),
            text: "perplexity \(fixed(score.perplexity, 4)) over \(score.tokens) tokens")
    }
}
