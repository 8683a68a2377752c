import ArgumentParser
import Building
import Checkpoints
import Files
import Inference
import Tensors

struct Quantize: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Convert a model's weights into blocks: a GGUF file out.",
        discussion: """
            SOURCE is a Hugging Face directory or a GGUF file.

            A type is written to every matrix: \(Codec.types.map(\.name).joined(separator: " ")). \
            The bytes are those of llama-quantize --pure.

            A mix gives more bits to the tensors that need them: \(Mix.allCases.map(\.name).joined(separator: " ")). \
            The bytes are those of llama-quantize with the same type: mostly_q4_0 is its Q4_0.

            Vectors such as norms stay f32. Rows that a type's blocks don't divide get a type that does. The same \
            source and types give the same bytes, on any number of threads.

            Examples:
              modelpack quantize Models/home-1.0.0 home.gguf --type q8_0
              modelpack quantize smollm2-f32.gguf small.gguf --type q4_k_m
              modelpack quantize smollm2.gguf small.gguf --type q4_0 \\
                --rule 'token_embd.weight=q8_0'
              modelpack quantize smollm2-f32.gguf small.gguf --type q4_0 \\
                --calibrate manual.txt
              modelpack quantize smollm2-f32.gguf small.gguf --size 90MB \\
                --calibrate manual.txt
              modelpack quantize Models/home-1.0.0 tuned.gguf --type q8_0 --adapter my-lora
            """)

    @Argument(help: "A Hugging Face directory or a GGUF file.", completion: .file())
    var source: String

    @Argument(help: "The GGUF file to write.", completion: .file())
    var output: String

    @Option(help: "The type or mix of matrices that no rule names.")
    var type: String?

    @Option(help: "Instead of a type: how large the file may be, such as 90MB; types are chosen by what they damage.")
    var size: String?

    @Option(help: "The same, in bits for each weight.")
    var bitsPerWeight: Double?

    @Option(help: "PATTERN=TYPE for tensors whose GGUF name matches; * and ? are wild; the first match wins.")
    var rule: [String] = []

    @Option(
        help: "A text by whose activations scales and codes are chosen: less damage at the same size.",
        completion: .file())
    var calibrate: String?

    @Option(
        help: "A folder with a LoRA adapter (PEFT) to merge first; may be given more than once, in order.",
        completion: .directory)
    var adapter: [String] = []

    @Option(help: "How many threads convert; all cores by default.")
    var threads: Int?

    @Option(help: "Kernels that calibrate: portable or fastest. Both give the same bytes.")
    var kernels: KernelSet = .fastest

    @OptionGroup var common: CommonOptions

    struct Result: Encodable {
        let path: String
        let type: String
        let tensors: Int
        let bytes: Int
        let calibration: CalibrationSummary?
        let choices: [SizingSummary]?
    }

    func validate() throws {
        if let threads, threads < 1 { throw ValidationError("--threads must be at least 1") }
        guard [type != nil, size != nil, bitsPerWeight != nil].count(where: \.self) == 1 else {
            throw ValidationError("state one of --type, --size and --bits-per-weight")
        }
        if type == nil {
            _ = try target()
            if calibrate == nil { throw ValidationError("a size needs --calibrate TEXT, on which damage is measured") }
        }
    }

    private func target() throws -> SizeTarget {
        if let bitsPerWeight {
            guard bitsPerWeight > 0, bitsPerWeight <= 64 else {
                throw ValidationError("--bits-per-weight takes a number up to 64")
            }
            return .bitsPerWeight(bitsPerWeight)
        }
        guard let size, let target = SizeTarget(size: size) else {
            throw ValidationError("--size takes bytes, such as 90MB or 512MiB")
        }
        return target
    }

    func run() async throws {
        var rules: [Recipe.Rule] = []
        for text in rule { rules.append(try Recipe.Rule(parsing: text)) }
        // What is asked for comes first: a slip in it is a usage error, whatever the source is.
        let standard = try type.map { try Recipe.Default(named: $0) }
        let checkpoint = try Checkpoint(path: source, adapters: adapter)
        var sizing: Sizing?
        let recipe: Recipe
        if let standard {
            recipe = Recipe(standard, rules: rules)
        } else {
            let model = try await LanguageModel.unrounded(
                source, adapters: adapter, temporaryIn: FileSystem.parent(of: output))
            let found = try Sizing(
                checkpoint, model, rules: rules, target: try target(), text: try CalibrationText(path: calibrate ?? ""),
                threads: threads)
            common.note(SizingSummary.text(found.choices))
            recipe = found.recipe
            sizing = found
        }
        let plan = try Plan(checkpoint, recipe: recipe)
        for remark in plan.remarks { common.note("note: " + remark.sentence) }
        let summary = try await write(plan, progress: Progress("converting", common).show)
        let result = Result(
            path: output, type: recipe.standard.name, tensors: plan.steps.count, bytes: plan.layout.size,
            calibration: summary, choices: sizing.map { $0.choices.map(SizingSummary.init) })
        try common.report(
            result,
            text: ["\(output): \(result.tensors) tensors, \(readable(result.bytes))", summary?.text].compactMap(\.self)
                .joined(separator: "\n"))
    }

    private func write(_ plan: Plan, progress: (Int, Int) -> Void) async throws -> CalibrationSummary? {
        guard let calibrate else {
            try await Quantization.write(plan, to: output, threads: threads, progress: progress)
            return nil
        }
        let text = try CalibrationText(path: calibrate)
        let start = ContinuousClock.now
        let report = try await Quantization.write(
            plan, of: source, adapters: adapter, to: output, calibratedOn: text, threads: threads, kernels: kernels,
            progress: progress)
        return CalibrationSummary(report, text: text, seconds: (ContinuousClock.now - start).seconds)
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
