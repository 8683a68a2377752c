import ArgumentParser
import Building
import Files
import Verifying

struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write a first manifest by looking at a model.",
        discussion: """
            Name and version come from the name of the folder or file, the licence from its text beside the model. The \
            type is q8_0 for models below a billion parameters and q4_k_m above; a quantized model gets the mix that \
            it has, or the type that most of it has with rules for the rest, so that its tensors stay as they are. The \
            golden suite has one prompt: replace it by what the model is for. Files that are there already are kept.

            Examples:
              modelpack init Models/home-1.0.0
              modelpack init model.gguf --output Manifests/assistant.yaml
            """)

    @Argument(help: "A Hugging Face directory or a GGUF file.", completion: .file())
    var model: String

    @Option(help: "The manifest to write; NAME.yaml by default.", completion: .file())
    var output: String?

    @OptionGroup var common: CommonOptions

    private struct Report: Encodable {
        let manifest: String
        let suite: String
        let name: String
        let version: String
        let type: String
        let parameters: Int
        let bytes: Int
    }

    func run() throws {
        let draft = try ManifestDraft(model: model, folder: output.map(FileSystem.parent) ?? ".")
        let manifest = output ?? draft.name + ".yaml"
        let folder = FileSystem.parent(of: manifest)
        let suite = (folder == "." ? "" : folder + "/") + draft.suitePath
        for path in [manifest, suite] where FileSystem.exists(path) { throw FileError.exists(path: path) }
        try FileSystem.createDirectory(FileSystem.parent(of: suite))
        try FileSystem.replace(suite, with: Array(draft.suite.utf8))
        try FileSystem.replace(manifest, with: Array(draft.text.utf8))
        if draft.license == nil { common.note("note: no licence was found; state it in \(manifest)") }
        common.note("next: write golden prompts into \(suite), then modelpack build --check \(manifest)")
        try common.report(
            Report(
                manifest: manifest, suite: suite, name: draft.name, version: draft.version, type: draft.type,
                parameters: draft.parameters, bytes: draft.size),
            text: "\(manifest): \(draft.name) \(draft.version), \(draft.type), \(readable(draft.size))"
        )
    }
}
