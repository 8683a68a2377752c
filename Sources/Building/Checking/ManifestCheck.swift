import Checkpoints
import Configuration
import Files
import Suites

/// What is wrong with a manifest and with the files that it names, found without building anything.
package struct ManifestCheck {
    package enum Finding {
        case manifest(ConfigurationError)
        case suite(SuiteError, column: Int)
        /// The model can't be read, or the recipe doesn't fit it; the place is where the manifest says so.
        case model(any Error, at: YAMLNode)
    }

    /// In the order of the manifest's text, then suite by suite.
    package private(set) var findings: [Finding] = []

    /// Checks the manifest at `path`; throws only where it can't be read.
    package init(path: String) throws {
        let bytes = try FileSystem.read(path, limit: YAMLDocument.maximumBytes + 1)
        var mistakes = Mistakes()
        let manifest = BuildManifest(parsing: bytes, file: path, &mistakes)
        let places = ManifestPlaces(parsing: bytes, file: path)
        for mistake in places.lost { mistakes.add(mistake) }
        let hasMistakes = !mistakes.found.isEmpty
        findings = mistakes.found.map(Finding.manifest)
        if let manifest, !hasMistakes {
            do {
                _ = try Plan(try manifest.checkpoint(), recipe: manifest.recipe)
                _ = try manifest.calibrationText()
            } catch {
                if let node = places.place(of: error) { findings.append(.model(error, at: node)) }
            }
        }
        var check = SuiteCheck()
        for suite in places.suites where FileSystem.exists(suite) {
            findings += check.findings(in: try FileSystem.read(suite), file: suite)
        }
    }
}

extension BuildManifest {
    /// Throws for the first source, text, adapter, license or suite that the manifest at `path` names and that isn't there:
    /// the mistake that a check finds, before anything is built. (An anchor may be named by an option instead.)
    package static func mustHaveFiles(_ path: String) throws {
        let bytes = try FileSystem.read(path, limit: YAMLDocument.maximumBytes + 1)
        if let first = ManifestPlaces(parsing: bytes, file: path).lost.first { throw first }
    }
}

/// Where a manifest names files, whatever else may be wrong with it.
private struct ManifestPlaces {
    private(set) var paths: [(node: YAMLNode, path: String)] = []
    private(set) var suites: [String] = []
    private var source: YAMLNode?
    private var rules: [(pattern: String, node: YAMLNode)] = []

    init(parsing bytes: [UInt8], file: String) {
        let folder = FileSystem.parent(of: file)
        guard var map = try? YAMLDocument(parsing: bytes, file: file).root.mapping() else { return }
        source = map.optional("source")
        let suites = Self.nodes(of: map.optional("suites"))
        var quantization = try? map.optional("quantization")?.mapping()
        var license = try? map.optional("license")?.mapping()
        let nodes =
            [source, quantization?.optional("calibrate"), license?.optional("file")].compactMap(\.self)
            + Self.nodes(of: map.optional("adapters")) + suites
        paths = nodes.compactMap { node in (try? node.path(below: folder)).map { (node, $0) } }
        self.suites = suites.compactMap { try? $0.path(below: folder) }
        for node in Self.nodes(of: quantization?.optional("rules")) {
            guard var rule = try? node.mapping(), let tensor = rule.optional("tensor") else { continue }
            if let pattern = try? tensor.string() { rules.append((pattern, tensor)) }
        }
    }

    private static func nodes(of list: YAMLNode?) -> [YAMLNode] { (try? list?.list()) ?? [] }

    /// A mistake for each of them that isn't there, in the order of the text.
    var lost: [ConfigurationError] {
        var mistakes = Mistakes()
        for (node, path) in paths where !FileSystem.exists(path) {
            mistakes.add(node.error(.noSuchFile((try? node.string()) ?? path)))
        }
        return mistakes.found
    }

    /// What the error is about: a rule, or the model.
    func place(of error: any Error) -> YAMLNode? {
        if case BuildingError.unusedRule(let pattern) = error {
            return rules.first { $0.pattern == pattern }?.node ?? source
        }
        return source
    }
}
