import Bundles
import Configuration
import Deltas
import Files
import Signatures
import Suites
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
        var mistakes = Mistakes()
        let manifest = Self(parsing: bytes, file: file, &mistakes)
        if let first = mistakes.found.first { throw first }
        guard let manifest else { preconditionFailure("nothing lacks without a mistake") }
        self = manifest
    }

    /// Reads on after a mistake, so that all of them are found; nil where something that must be there is not.
    package init?(parsing bytes: [UInt8], file: String, _ mistakes: inout Mistakes) {
        let folder = FileSystem.parent(of: file)
        let root = mistakes.reading { () throws(ConfigurationError) in
            try YAMLDocument(parsing: bytes, file: file).root.mapping()
        }
        guard var map = root else { return nil }
        let name = mistakes.required("name", of: &map) { (node) throws(ConfigurationError) in try node.modelName() }
        let version = mistakes.required("version", of: &map, YAMLNode.version)
        let source = mistakes.required("source", of: &map, YAMLNode.path(below: folder))
        adapters = mistakes.each("adapters", of: &map, YAMLNode.path(below: folder))
        var recipe: Recipe?
        var calibration: String?
        if var inner = mistakes.required("quantization", of: &map, YAMLNode.inner) {
            recipe = Recipe(&inner, &mistakes)
            calibration = mistakes.optional("calibrate", of: &inner, YAMLNode.path(below: folder))
            anchor = AnchorFile(&inner, folder: folder, &mistakes)
            mistakes.finish(inner)
        }
        license = mistakes.optional("license", of: &map, YAMLNode.inner).map { License($0, folder: folder, &mistakes) }
        lineage = mistakes.optional("lineage", of: &map, YAMLNode.inner).map { Manifest.Lineage($0, &mistakes) }
        requires =
            mistakes.optional("requires", of: &map, YAMLNode.inner)
            .map { Manifest.Requirements($0, &mistakes) } ?? Manifest.Requirements()
        suites = SuiteFile.list(of: &map, folder: folder, &mistakes)
        gate = mistakes.each("gate", of: &map, Gate.limit)
        floor = mistakes.optional("floor", of: &map, YAMLNode.version)
        mistakes.finish(map)
        guard let name, let version, let source, let recipe else { return nil }
        self.name = name
        self.version = version
        self.source = source
        self.recipe = recipe
        self.calibration = calibration
        digest = .sha256(bytes)
    }
}

extension BuildManifest.License {
    init(_ map: YAMLMapping, folder: String, _ mistakes: inout Mistakes) {
        var map = map
        spdx = mistakes.optional("spdx", of: &map, YAMLNode.text)
        path = mistakes.optional("file", of: &map, YAMLNode.path(below: folder))
        mistakes.finish(map)
    }
}

extension BuildManifest.AnchorFile {
    /// `anchor: PATH` and `tolerance: 0.5`, where there are any.
    init?(_ map: inout YAMLMapping, folder: String, _ mistakes: inout Mistakes) {
        let tolerance = map.optional("tolerance")
        guard let path = mistakes.optional("anchor", of: &map, YAMLNode.path(below: folder)) else {
            if let tolerance { mistakes.add(tolerance.invalid(expected: "left out, as there is no anchor")) }
            return nil
        }
        self.init(path: path)
        guard let tolerance else { return }
        let weight = mistakes.reading { () throws(ConfigurationError) in
            let weight = try tolerance.number()
            guard (0...1).contains(weight) else { throw tolerance.invalid(expected: "a number from 0 to 1") }
            return weight
        }
        if let weight { self.tolerance.weight = weight }
    }
}

extension BuildManifest.SuiteFile {
    /// The suites, in the order of the bundle's members.
    static func list(of map: inout YAMLMapping, folder: String, _ mistakes: inout Mistakes) -> [Self] {
        var members: Set<String> = []
        let suites = mistakes.each("suites", of: &map) { (node) throws(ConfigurationError) in
            let path = try node.path(below: folder)
            let member = BundlePath.golden + FileSystem.name(of: path)
            guard member.hasSuffix(".jsonl"), member != BundlePath.recorded, BundlePath.isPayload(member) else {
                throw node.invalid(expected: "a file NAME.jsonl of letters, digits, '.', '_' and '-'")
            }
            guard members.insert(member).inserted else {
                throw node.invalid(expected: "a name that no other suite has")
            }
            return Self(path: path, member: member)
        }
        return suites.sorted { BundlePath.precedes($0.member, $1.member) }
    }
}
