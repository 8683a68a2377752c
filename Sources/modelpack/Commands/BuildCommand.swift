import ArgumentParser
import Building
import Bundles
import FoundationEssentials
import Tensors

struct BuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build",
        abstract: "Build a signed bundle from a manifest.",
        discussion: """
            The same manifest, source and tool give the same bytes up to the signatures, on any machine and any number \
            of threads; content_sha256 tells. SOURCE_DATE_EPOCH, where it is set, is the time in the archive.

            With --anchor, blocks keep the scale and codes that they have in an older version where the new floats \
            allow it, so that a delta between the two is small. What that adds to a block's error is at most the \
            tolerance, as a part of its weights' root mean square; to a row's, at most 0.8 of how far it has moved.

            Examples:
              modelpack build Manifests/home.yaml --key release.key
              modelpack build Manifests/home.yaml --check
              modelpack build Manifests/smollm2-135m.yaml --type q8_0 \\
                --output smollm2-q8.modelpack
              modelpack build Manifests/home-1.1.yaml --anchor home-1.0.0.modelpack \\
                --key release.key
            """)

    @Argument(help: "The manifest (YAML).", completion: .file())
    var manifest: String

    @Option(help: "The bundle to write; NAME-VERSION.modelpack by default.", completion: .file())
    var output: String?

    @OptionGroup var signing: SigningKeyOptions

    @Option(help: "The default type of matrices, instead of the manifest's.")
    var type: String?

    @Option(
        help: ArgumentHelp(
            "An older version to stay near to, a bundle or a GGUF file.", valueName: "previous.modelpack"))
    var anchor: String?

    @Option(help: ArgumentHelp("How far anchored blocks may be off, from 0 to 1.", valueName: "part"))
    var anchorTolerance: Double?

    @Option(help: "How many threads convert; all cores by default.")
    var threads: Int?

    @Flag(help: "Build nothing: say every mistake of the manifest and its suites, and end with 3 if there is any.")
    var check = false

    @OptionGroup var common: CommonOptions

    struct Result: Encodable {
        let path: String
        let name: String
        let version: String
        let contentSHA256: String
        let bytes: Int
        let signatures: Int
        let recordedPrompts: Int

        private enum CodingKeys: String, CodingKey {
            case path, name, version, bytes, signatures
            case contentSHA256 = "content_sha256"
            case recordedPrompts = "recorded_prompts"
        }
    }

    func validate() throws {
        if let threads, threads < 1 { throw ValidationError("--threads must be at least 1") }
        if let anchorTolerance, !(0...1).contains(anchorTolerance) {
            throw ValidationError("--anchor-tolerance takes a number from 0 to 1")
        }
    }

    func run() async throws {
        if check { return try reportMistakes() }
        var recipe = try BuildManifest(path: manifest)
        try BuildManifest.mustHaveFiles(manifest)
        if let type { recipe.recipe = Recipe(try Recipe.Default(named: type), rules: recipe.recipe.rules) }
        if let anchor { recipe.anchor = .init(path: anchor) }
        if let anchorTolerance { recipe.anchor?.tolerance.weight = anchorTolerance }
        let path = output ?? "\(recipe.name)-\(recipe.version.text).modelpack"
        var build = Build(manifest: recipe, output: path, toolVersion: modelpackVersion)
        build.keys = try signing.keys()
        build.threads = threads
        build.time = try sourceDateEpoch()
        build.progress = Progress("building \(recipe.name) \(recipe.version.text)", common).show
        let outcome = try await build.run()
        for remark in outcome.remarks { common.note("note: " + remark.sentence) }
        let result = Result(
            path: path, name: recipe.name, version: recipe.version.text, contentSHA256: outcome.contentDigest.hex,
            bytes: outcome.index.members.reduce(0) { $0 + $1.size }, signatures: build.keys.count,
            recordedPrompts: outcome.recorded)
        try common.report(
            result,
            text: {
                table(
                    [
                        ["bundle", path], ["model", outcome.manifest.subject],
                        ["content_sha256", result.contentSHA256], ["recorded prompts", "\(result.recordedPrompts)"],
                        ["signatures", "\(result.signatures)"],
                    ], named: .column, $0)
            })
    }

    private func reportMistakes() throws {
        let report = MistakeReport(try ManifestCheck(path: manifest), of: manifest)
        try common.report(report, text: report.text)
        if !report.mistakes.isEmpty { throw ExitCode(ExitStatus.damaged.rawValue) }
    }

    /// The time that reproducible builds agree on (reproducible-builds.org).
    private func sourceDateEpoch() throws -> Int {
        guard let text = ProcessInfo.processInfo.environment["SOURCE_DATE_EPOCH"] else { return 0 }
        guard let time = Int(text), time >= 0 else {
            throw CommandError(status: .usage, message: "SOURCE_DATE_EPOCH is \(text), not seconds since 1970")
        }
        return time
    }
}
