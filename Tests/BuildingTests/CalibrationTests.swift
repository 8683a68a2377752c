import Bundles
import Checkpoints
import Files
import Inference
import Signatures
import Testing

@testable import Building
@testable import Tensors

@Suite("Blocks are chosen by what errors cost on a text")
struct CalibrationTests {
    private static let model = HomeModel.folder
    private static let text = HomeModel.text

    private func write(
        _ type: ElementType, threads: Int = 2, kernels: KernelSet = .fastest
    ) async throws -> (report: CalibrationReport, bytes: [UInt8]) {
        let folder = try FileSystem.makeTemporaryFolder(in: "/tmp")
        defer { try? FileSystem.remove(folder) }
        let plan = try Plan(try Checkpoint(path: Self.model), recipe: Recipe(type: type))
        let report = try await Quantization.write(
            plan, of: Self.model, to: folder + "/out.gguf", calibratedOn: Self.text, threads: threads,
            kernels: kernels)
        #expect(try FileSystem.list(folder) == ["out.gguf"])
        return (report, try FileSystem.read(folder + "/out.gguf"))
    }

    @Test func theFileHasTheSameLayoutAndLessError() async throws {
        let (report, bytes) = try await write(.q4_0)
        let gguf = try unsafe GGUF(parsing: bytes.span.bytes)  // Bytes have no padding.
        let plan = try Plan(try Checkpoint(path: Self.model), recipe: Recipe(type: .q4_0))
        #expect(gguf.tensors == plan.layout.tensors && bytes.count == plan.layout.size)
        #expect(report.tensors.count == 28 && report.tokens > 500)
        #expect(report.tensors.allSatisfy { $0.calibrated < $0.plain })
        #expect(report.ratio < 0.5)
        #expect(report.worst(2).map(\.calibrated) == Array(report.tensors.map(\.calibrated).sorted(by: >).prefix(2)))
    }

    @Test("K-quants keep their scales, and diverge less", arguments: [ElementType.q2_k, .q3_k, .q4_k, .q5_k, .q6_k])
    func kquants(type: ElementType) async throws {
        let folder = try FileSystem.makeTemporaryFolder(in: "/tmp")
        defer { try? FileSystem.remove(folder) }
        let plan = try Plan(try Checkpoint(path: Self.model), recipe: Recipe(type: type))
        try await Quantization.write(plan, to: folder + "/plain.gguf")
        let plain = try LanguageModel(GGUFFile(path: folder + "/plain.gguf"))
        let corpus = try FileSystem.read(HomeModel.repository + "/Tests/Fixtures/reference/corpus.txt")
        _ = try await Quantization.write(
            plan, of: Self.model, to: folder + "/calibrated.gguf",
            calibratedOn: CalibrationText(Array(corpus.prefix(corpus.count / 2)), name: "corpus"))
        let calibrated = try LanguageModel(GGUFFile(path: folder + "/calibrated.gguf"))
        let whole = try await LanguageModel.unrounded(Self.model, temporaryIn: folder)
        let tokens = Array(whole.tokens(ofText: Array(corpus.suffix(from: corpus.count / 2))).prefix(2048))
        func divergence(_ model: LanguageModel) throws -> Double {
            try model.compare(with: whole, on: tokens, context: 256, threads: 2).meanDivergence
        }
        #expect(try divergence(calibrated) < 0.8 * divergence(plain))
    }

    @Test(arguments: [ElementType.q5_1, .q4_k])
    func bytesDependOnNeitherThreadsNorKernels(type: ElementType) async throws {
        let expected = try await write(type, threads: 1, kernels: .portable)
        let found = try await write(type, threads: 3)
        #expect(found.bytes == expected.bytes && found.report == expected.report)
    }

    @Test func aTextThatSaysTooLittleIsRefused() async throws {
        let model = try await LanguageModel.unrounded(Self.model, temporaryIn: "/tmp")
        let text = CalibrationText(Array("turn on".utf8), name: "short")
        #expect(throws: BuildingError.self) { try text.chunks(for: model) }
    }

    @Test(arguments: [
        (1, 10, 10, [0]), (2, 10, 20, [0, 10]), (3, 10, 50, [0, 20, 40]), (3, 10, 45, [0, 17, 35]),
    ])
    func chunksAreSpreadOverTheText(count: Int, length: Int, total: Int, starts: [Int]) {
        #expect(CalibrationText.starts(of: count, length: length, in: total) == starts)
    }

    @Test func aBundleNamesTheTextByDigest() async throws {
        let folder = try FileSystem.makeTemporaryFolder(in: "/tmp")
        defer { try? FileSystem.remove(folder) }
        let text = Array(String(repeating: "turn the light on and the radio off, ", count: 100).utf8)
        try FileSystem.replace(folder + "/text.txt", with: text)
        let manifest = """
            {name: home, version: 1.0.0, source: \(Self.model), quantization: {type: q4_0, calibrate: text.txt}}
            """
        try FileSystem.replace(folder + "/home.yaml", with: Array(manifest.utf8))
        let output = folder + "/home.modelpack"
        let build = Build(
            manifest: try BuildManifest(path: folder + "/home.yaml"), output: output, toolVersion: "1.0.0")
        let outcome = try await build.run()
        let bytes = try FileSystem.read(output)
        let range = try #require(outcome.index["provenance.json"]?.range)
        let provenance = try Provenance(parsing: Array(bytes[range]))
        let dependency = provenance.predicate.buildDefinition.resolvedDependencies.first {
            $0.name == "calibration/text.txt"
        }
        #expect(dependency?.digest.sha256 == .sha256(text))
        #expect(try FileSystem.list(folder).sorted() == ["home.modelpack", "home.yaml", "text.txt"])
    }
}
