import Bundles
import Configuration
import Deltas
import Files
import Signatures
import Tensors

/// What a person writes to have a bundle built (`Manifests/*.yaml`); its paths are relative to the file.
package struct BuildManifest: Sendable {
    package let name: String
    package let version: SemanticVersion
    /// A Hugging Face directory or a GGUF file.
    package let source: String
    /// Folders of LoRA adapters, in the order in which they are merged.
    package let adapters: [String]
    package var recipe: Recipe
    /// The text by whose activations blocks are chosen, where there is one.
    package let calibration: String?
    /// The version near to which the weights stay, where there is one.
    package var anchor: AnchorFile?
    package let license: License?
    package let lineage: Manifest.Lineage?
    package let requires: Manifest.Requirements
    package let suites: [SuiteFile]
    package let gate: [Manifest.GateLimit]
    package let floor: SemanticVersion?
    /// The digest of the text itself.
    package let digest: Digest

    package struct License: Sendable, Equatable {
        package let spdx: String?
        /// Where the licence's text is.
        package let path: String?
    }

    /// A golden suite: where it is, and its path in the bundle.
    package struct SuiteFile: Sendable, Equatable {
        package let path: String
        package let member: String
    }

    /// An older version, a bundle or a GGUF file, and how near to it the weights stay.
    package struct AnchorFile: Sendable, Equatable {
        package var path: String
        package var tolerance: AnchorTolerance

        package init(path: String, tolerance: AnchorTolerance = AnchorTolerance()) {
            self.path = path
            self.tolerance = tolerance
        }
    }

    /// Reads the manifest at `path`.
    package init(path: String) throws {
        try self.init(parsing: try FileSystem.read(path, limit: YAMLDocument.maximumBytes + 1), file: path)
    }

    /// Reads a manifest's text; `file` says what its paths are relative to, and is named in errors.
    package init(parsing bytes: [UInt8], file: String) throws(ConfigurationError) {
        let folder = FileSystem.parent(of: file)
        var map = try YAMLDocument(parsing: bytes, file: file).root.mapping()
        let nameNode = try map.required("name")
        name = try nameNode.string()
        guard Manifest.isName(name) else {
            throw nameNode.invalid(expected: "lower-case letters, digits, '.', '_' and '-', at most 64")
        }
        version = try map.required("version").semanticVersion()
        source = try map.required("source").path(below: folder)
        adapters = try (map.optional("adapters")?.list() ?? []).map { (node) throws(ConfigurationError) in
            try node.path(below: folder)
        }
        var quantization = try map.required("quantization").mapping()
        recipe = try Recipe(&quantization)
        calibration = try quantization.optional("calibrate")?.path(below: folder)
        let tolerance = quantization.optional("tolerance")
        anchor = try quantization.optional("anchor").map { (node) throws(ConfigurationError) in
            AnchorFile(path: try node.path(below: folder))
        }
        if let tolerance {
            guard anchor != nil, let weight = try? tolerance.number(), (0...1).contains(weight) else {
                throw tolerance.invalid(expected: "a number from 0 to 1, beside an anchor")
            }
            anchor?.tolerance.weight = weight
        }
        try quantization.finish()
        license = try map.optional("license").map { (node) throws(ConfigurationError) in
            try License(node, folder: folder)
        }
        lineage = try map.optional("lineage").map { (node) throws(ConfigurationError) in try Manifest.Lineage(node) }
        requires =
            try map.optional("requires").map { (node) throws(ConfigurationError) in try Manifest.Requirements(node) }
            ?? Manifest.Requirements()
        suites = try SuiteFile.list(map.optional("suites"), folder: folder)
        gate = try Manifest.GateLimit.list(map.optional("gate"))
        floor = try map.optional("floor")?.semanticVersion()
        try map.finish()
        digest = .sha256(bytes)
    }
}

extension BuildManifest.License {
    init(_ node: YAMLNode, folder: String) throws(ConfigurationError) {
        var map = try node.mapping()
        spdx = try map.optional("spdx")?.string()
        path = try map.optional("file")?.path(below: folder)
        try map.finish()
    }
}

extension BuildManifest.SuiteFile {
    static func list(_ node: YAMLNode?, folder: String) throws(ConfigurationError) -> [Self] {
        var suites: [Self] = []
        for node in try node?.list() ?? [] {
            let path = try node.path(below: folder)
            let member = BundlePath.golden + FileSystem.name(of: path)
            guard member.hasSuffix(".jsonl"), member != BundlePath.recorded, BundlePath.isPayload(member) else {
                throw node.invalid(expected: "a file NAME.jsonl of letters, digits, '.', '_' and '-'")
            }
            guard !suites.contains(where: { $0.member == member }) else {
                throw node.invalid(expected: "a name that no other suite has")
            }
            suites.append(Self(path: path, member: member))
        }
        return suites.sorted { BundlePath.precedes($0.member, $1.member) }
    }
}
