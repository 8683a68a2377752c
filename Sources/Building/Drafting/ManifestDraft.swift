import Checkpoints
import Files
import Tensors

/// A first manifest for a model, with a golden suite to go on from.
package struct ManifestDraft: Sendable, Equatable {
    package struct License: Sendable, Equatable {
        package var spdx: String?
        /// Relative to the manifest.
        package var file: String?
    }

    package var name: String
    package var version: String
    /// Relative to the manifest.
    package var source: String
    package var type: String
    /// For the tensors that would be converted again otherwise.
    package var rules: [Recipe.Rule]
    package var parameters: Int
    /// Bytes of the weights that will be written.
    package var size: Int
    package var license: License?
    package var hasChatTemplate: Bool

    /// The suite's path, relative to the manifest.
    package var suitePath: String { "golden/\(name).jsonl" }

    /// Looks at the model at `path`, a Hugging Face directory or a GGUF file, for a manifest in `folder`.
    package init(model path: String, folder: String) throws {
        let checkpoint = try Checkpoint(path: path)
        let isFolder = FileSystem.isDirectory(path)
        let home = isFolder ? path : FileSystem.parent(of: path)
        let label = ModelLabel(Self.title(of: path, isFolder: isFolder))
        name = label.name
        version = label.version
        source = RelativePath.from(folder, to: path)
        parameters = checkpoint.tensors.reduce(0) { $0 + $1.rows * $1.rowElements }
        let (recipe, plan) = try Self.recipe(for: checkpoint, parameters: parameters)
        (type, rules, size) = (recipe.standard.name, recipe.rules, plan.layout.size)
        license = try Self.license(
            in: home, stated: try checkpoint.string(ifPresent: "general.license"), relativeTo: folder)
        hasChatTemplate = checkpoint.contains("tokenizer.chat_template")
    }

    /// What the model is called: its folder, or its file unless that is called only `model`.
    private static func title(of path: String, isFolder: Bool) -> String {
        let name = RelativePath.name(of: path)
        if isFolder { return name }
        let stem = name.hasSuffix(".gguf") ? String(name.dropLast(5)) : name
        return stem == "model" ? RelativePath.name(of: FileSystem.parent(of: path)) : stem
    }

    private static func license(in home: String, stated: String?, relativeTo folder: String) throws -> License? {
        let path = LicenseText.fileNames.map { home + "/" + $0 }.first(where: FileSystem.exists)
        let text = try path.map { (path) throws(FileError) in try FileSystem.read(path, limit: 1 << 20) }
        let spdx = text.flatMap { LicenseText.identifier(of: $0) } ?? stated
        if path == nil, spdx == nil { return nil }
        return License(spdx: spdx, file: path.map { RelativePath.from(folder, to: $0) })
    }
}
