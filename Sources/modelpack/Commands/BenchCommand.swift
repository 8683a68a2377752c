import ArgumentParser
import Inference
import Verifying

struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure how fast a model reads and answers on this machine.",
        discussion: """
            Examples:
              modelpack bench model.gguf --prompt-tokens 512 --generate-tokens 128 \\
                --repetitions 5
            """)

    @Argument(help: "A bundle, a GGUF file or a Hugging Face directory.", completion: .file())
    var model: String

    @Option(help: "Tokens to read.")
    var promptTokens = 512

    @Option(help: "Tokens to generate.")
    var generateTokens = 128

    @Option(help: "Runs of each; medians are reported.")
    var repetitions = 3

    @OptionGroup var compute: ComputeOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard promptTokens > 0, generateTokens > 0, repetitions > 0 else {
            throw ValidationError("--prompt-tokens, --generate-tokens and --repetitions take numbers from 1")
        }
    }

    private struct Report: Encodable {
        var type: String
        var threads: Int
        var kernels: String
        var load_seconds: Double
        var prefill_tokens_per_second: Double
        var decode_tokens_per_second: Double
        var peak_memory_bytes: Int
    }

    func run() async throws {
        let clock = ContinuousClock()
        let started = clock.now
        let model = try await openModel(model, remarks: common.note)
        let load = (clock.now - started).seconds
        let prompt = (0..<promptTokens).map { Int32($0 &* 7919 % model.shape.vocabulary) }
        // Shown between the runs, so that it costs them nothing; the first one of each warms the caches.
        let progress = Progress("measuring", common, countsBytes: false)
        let total = (1 + repetitions) * (promptTokens + generateTokens)
        var done = 0
        func show(_ tokens: Int) {
            done += tokens
            progress.show(done, of: total)
        }
        let prefill = try measure(model, clock, show) { session in
            try session.read(prompt, logitsFrom: promptTokens - 1) { _, _ in }
            return promptTokens
        }
        let decode = try measure(model, clock, show) { session in
            var next: Int32 = 0
            for _ in 0..<generateTokens {
                try session.read([next], logitsFrom: 0) { _, logits in next = Int32(logits.indexOfMaximum) }
            }
            return generateTokens
        }
        let report = Report(
            type: model.weightType, threads: compute.threads, kernels: compute.kernels.name, load_seconds: load,
            prefill_tokens_per_second: prefill, decode_tokens_per_second: decode, peak_memory_bytes: peakMemory)
        try common.report(
            report,
            text: { paint in
                "\(report.type), \(count(report.threads, "thread")), \(report.kernels)\n"
                    + table(
                        [
                            ["load", "\(fixed(load * 1000, 1)) ms"], ["prefill", "\(fixed(prefill, 1)) tokens/s"],
                            ["decode", "\(fixed(decode, 1)) tokens/s"], ["memory", "\(readable(peakMemory)) at most"],
                        ], named: .column, paint)
            })
    }

    /// Tokens a second, the median of the repetitions; `body` runs on an empty session and says how many tokens it took.
    private func measure(
        _ model: LanguageModel, _ clock: ContinuousClock, _ show: (_ tokens: Int) -> Void,
        _ body: (inout LanguageModel.Session) throws -> Int
    ) throws -> Double {
        var session = try LanguageModel.Session(
            model: model, capacity: max(promptTokens, generateTokens), threads: compute.threads,
            kernels: compute.kernels)
        var rates: [Double] = []
        for _ in 0...repetitions {
            session.reset()
            let start = clock.now
            let tokens = try body(&session)
            rates.append(Double(tokens) / (clock.now - start).seconds)
            show(tokens)
        }
        return Array(rates.dropFirst()).median
    }
}
