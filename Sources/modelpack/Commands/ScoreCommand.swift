import ArgumentParser
import Files
import Inference
import Verifying

struct ScoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score",
        abstract: "Measure a model's perplexity on a text, and how far it lies from a reference.",
        discussion: """
            Examples:
              modelpack score home-1.0.0.modelpack --text corpus.txt --context 256
              modelpack score home-1.0.0.modelpack --text corpus.txt --context 256 \\
                --reference Models/home-1.0.0

            The text is tokenized once and cut in chunks of N tokens; the second half of each is scored, as \
            llama-perplexity does. With --reference: the Kullback-Leibler divergence from that model's distributions.
            """)

    @Argument(help: "A bundle, a GGUF file or a Hugging Face directory.", completion: .file())
    var model: String

    @Option(help: "The text to score.", completion: .file())
    var text: String

    @Option(help: "A model to compare with: what this one was made from.", completion: .file())
    var reference: String?

    @Option(help: "Tokens in a chunk; 512, or the model's context if that is less, where not given.")
    var context: Int?

    @OptionGroup var compute: ComputeOptions
    @OptionGroup var common: CommonOptions

    private struct Report: Encodable {
        var tokens: Int
        var perplexity: Double
        var kld_mean: Double?
        var kld_p999: Double?
        var kld_max: Double?
        var top1_agreement: Double?
        var perplexity_ratio: Double?
    }

    func run() async throws {
        let model = try await openModel(model, remarks: common.note)
        let context = context ?? min(512, model.shape.contextLength)
        guard (2...model.shape.contextLength).contains(context) else {
            throw ValidationError("--context takes a number from 2 to the model's \(model.shape.contextLength)")
        }
        let tokens = model.tokens(ofText: try FileSystem.read(text, limit: 1 << 30))
        guard tokens.count >= context else {
            throw CommandError(
                status: .usage, message: "\(text): only \(tokens.count) tokens, fewer than one chunk of \(context)",
                hint: "take a longer text, or a smaller --context")
        }
        let progress = Progress("scoring", common, countsBytes: false)
        guard let reference else {
            let score = try model.score(
                tokens, context: context, threads: compute.threads, kernels: compute.kernels, progress: progress.show)
            return try common.report(
                Report(tokens: score.tokens, perplexity: score.perplexity), text: perplexity(of: score))
        }
        let found = try model.compare(
            with: await openModel(reference, remarks: common.note), on: tokens, context: context,
            threads: compute.threads, kernels: compute.kernels, progress: progress.show)
        let tail = found.divergence(at: 0.999)
        try common.report(
            Report(
                tokens: found.score.tokens, perplexity: found.score.perplexity, kld_mean: found.meanDivergence,
                kld_p999: tail, kld_max: found.largestDivergence, top1_agreement: found.topAgreement,
                perplexity_ratio: found.perplexityRatio),
            text: """
                \(perplexity(of: found.score)); the reference's is \(fixed(found.reference.perplexity, 4))
                KL divergence    mean \(fixed(found.meanDivergence, 5)), 99.9 % below \(fixed(tail, 4)), \
                largest \(fixed(found.largestDivergence, 4))
                same top token   \(fixed(found.topAgreement * 100, 2)) %
                """)
    }

    private func perplexity(of score: TextScore) -> String {
        "perplexity \(fixed(score.perplexity, 4)) over \(score.tokens) tokens"
    }
}
