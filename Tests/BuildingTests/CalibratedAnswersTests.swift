import Checkpoints
import Files
import Inference
import Suites
import Testing

@testable import Building
@testable import Tensors

@Suite("Home models, calibrated to Q4_0, answer every golden prompt that their floats answer")
struct CalibratedAnswersTests {
    @Test(arguments: [("home-1.0.0", "home.jsonl", 66), ("home-1.1.0", "home-1.1.jsonl", 78)])
    func everyPromptIsKept(_ release: String, _ suite: String, _ count: Int) async throws {
        let folder = try FileSystem.makeTemporaryFolder(in: "/tmp")
        defer { try? FileSystem.remove(folder) }
        let source = HomeModel.folder(of: release)
        let corpus = try CalibrationText(path: HomeModel.repository + "/Tests/Fixtures/reference/corpus.txt")
        let plan = try Plan(try Checkpoint(path: source), recipe: Recipe(type: .q4_0))
        _ = try await Quantization.write(plan, of: source, to: folder + "/q4_0.gguf", calibratedOn: corpus)

        let prompts = try Suites.Suite(
            parsing: try FileSystem.read(HomeModel.repository + "/Manifests/golden/" + suite), name: suite
        ).prompts
        let whole = Respondent(try await LanguageModel.unrounded(source, temporaryIn: folder), threads: 2)
        let rounded = Respondent(try LanguageModel(GGUFFile(path: folder + "/q4_0.gguf")), threads: 2)
        let questions = prompts.map(\.question)
        let replies = zip(try whole.replies(to: questions), try rounded.replies(to: questions))
        var answered = 0
        for (prompt, (expected, found)) in zip(prompts, replies) where prompt.mismatch(expected) == nil {
            #expect(prompt.mismatch(found) == nil, "\(prompt.id): \(found.text)")
            answered += 1
        }
        #expect(answered == count)
    }
}
