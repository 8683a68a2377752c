import ArgumentParser
import Files
import Inference
import Signatures

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Ask a model and print what it answers.",
        discussion: """
            Examples:
              modelpack run home-1.0.0.modelpack \\
                --prompt "dim the bedroom lamp to 30 percent"
              modelpack run model.gguf --messages conversation.json --max-tokens 200
              modelpack run model.gguf --prompt "Once upon a time" --raw --stop "The end"
              modelpack run model.gguf --prompt "Tell me a joke" --temperature 0.8 --seed 7

            The prompt goes through the model's chat template unless --raw is given. The answer appears as it is made. \
            Sampling is greedy unless --temperature is given; either way the same model, prompt and options give the \
            same bits on every machine.
            """)

    @Argument(help: "A bundle, a GGUF file or a Hugging Face directory.", completion: .file())
    var model: String

    @Option(help: "What to ask.")
    var prompt: String?

    @Option(help: "A JSON list of messages, each with role and content.", completion: .file())
    var messages: String?

    @Flag(help: "Continue the prompt as it is: no chat template.")
    var raw = false

    @Option(help: "Tokens to answer with at most.")
    var maxTokens = 256

    @Option(help: "Tokens of the prompt to read together; any number gives the same bits.")
    var batch = LanguageModel.Session.usualBatch

    @OptionGroup var sampling: SamplingOptions
    @OptionGroup var compute: ComputeOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (prompt == nil) != (messages == nil) else {
            throw ValidationError("give either --prompt or --messages")
        }
        guard !raw || prompt != nil else { throw ValidationError("--raw goes with --prompt") }
        guard maxTokens > 0 else { throw ValidationError("--max-tokens takes a number from 1") }
        guard (1...65_536).contains(batch) else { throw ValidationError("--batch takes a number from 1 to 65536") }
    }

    private struct Report: Encodable {
        var text: String
        var tokens: [Int32]
        var logits_sha256: String
        var load_seconds: Double
        var first_token_seconds: Double
        var decode_tokens_per_second: Double
    }

    func run() async throws {
        let clock = ContinuousClock()
        let started = clock.now
        let model = try await openModel(model, remarks: common.note)
        let loaded = clock.now
        let tokens = try promptTokens(model)
        var digest = DigestStream()
        var first: ContinuousClock.Instant?
        let answer = try model.generate(
            from: tokens, options,
            onLogits: { logits, _ in
                // Floats have no padding, and the engine's machines are little-endian.
                unsafe digest.update(logits.bytes)
                if first == nil { first = clock.now }
            },
            onText: { if !common.json { writeStandardOutput($0) } })
        let firstToken = first ?? clock.now
        let seconds = (clock.now - firstToken).seconds
        let report = Report(
            text: answer.text, tokens: answer.tokens, logits_sha256: digest.finish().hex,
            load_seconds: (loaded - started).seconds, first_token_seconds: (firstToken - started).seconds,
            decode_tokens_per_second: seconds > 0 ? Double(max(answer.tokens.count - 1, 0)) / seconds : 0)
        if !common.json { writeStandardOutput(Array("\n".utf8)) }
        try common.report(report, text: "")
    }

    private var options: GenerationOptions {
        var options = GenerationOptions(
            maxTokens: maxTokens, threads: compute.threads, sampling: sampling.sampling, stops: sampling.stop,
            stopTokens: Set(sampling.stopToken))
        options.kernels = compute.kernels
        options.batch = batch
        return options
    }

    private func promptTokens(_ model: LanguageModel) throws -> [Int32] {
        if raw, let prompt { return model.prompt(for: prompt) }
        var input = ChatInput([ChatMessage(role: "user", content: prompt ?? "")])
        if prompt == nil { input.messages = try readMessages(messages ?? "") }
        input.now = localTime()
        return try model.prompt(for: input)
    }
}
