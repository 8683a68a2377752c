import ArgumentParser
import Inference

/// How `run` chooses tokens, and what ends its answer.
struct SamplingOptions: ParsableArguments {
    @Option(help: "Sample by chance: 1 as the model says, lower is more certain; 0 takes the likeliest token.")
    var temperature = 0.0

    @Option(help: "Sample among the K likeliest tokens; 0 for all.")
    var topK = 40

    @Option(help: "Sample among the likeliest tokens that together have this probability.")
    var topP = 0.95

    @Option(help: "Sample among tokens at least this likely, relative to the likeliest.")
    var minP = 0.05

    @Option(help: "The same seed gives the same answer.")
    var seed: UInt64 = 0

    @Option(help: "A text that ends the answer and is not part of it; may be repeated.")
    var stop: [String] = []

    @Option(help: "A token id that ends the answer; may be repeated.")
    var stopToken: [Int32] = []

    func validate() throws {
        guard temperature >= 0, temperature <= 100 else {
            throw ValidationError("--temperature takes a number from 0 to 100")
        }
        guard topK >= 0 else { throw ValidationError("--top-k takes a number from 0") }
        guard topP > 0, topP <= 1 else { throw ValidationError("--top-p takes a number above 0, up to 1") }
        guard (0...1).contains(minP) else { throw ValidationError("--min-p takes a number from 0 to 1") }
        guard stop.allSatisfy({ !$0.isEmpty }) else { throw ValidationError("--stop takes a text") }
    }

    var sampling: GenerationOptions.Sampling {
        guard temperature > 0 else { return .greedy }
        return .random(
            RandomSampling(temperature: temperature, topK: topK, topP: topP, minP: minP, seed: seed))
    }
}
