import Bundles
import Configuration
import Tensors

extension Recipe {
    /// `type` and `rules: [{tensor, type}]` of `quantization`.
    init?(_ map: inout YAMLMapping, _ mistakes: inout Mistakes) {
        let standard = mistakes.required("type", of: &map) { (node) throws(ConfigurationError) in
            try node.recipeDefault()
        }
        let rules = mistakes.each("rules", of: &map) { (node) throws(ConfigurationError) in
            var rule = try node.mapping()
            let pattern = Pattern(try rule.required("tensor").string())
            let type = try rule.required("type").elementType()
            try rule.finish()
            return Rule(pattern: pattern, type: type)
        }
        guard let standard else { return nil }
        self.init(standard, rules: rules)
    }

    /// Reads what a bundle states.
    init(_ stated: Manifest.Quantization) throws(BuildingError) {
        let rules = try stated.rules.map { (rule) throws(BuildingError) in
            Rule(pattern: Pattern(rule.tensor), type: try ElementType(writable: rule.type))
        }
        self.init(try Default(named: stated.type), rules: rules)
    }

    /// As the bundle's manifest states it.
    var stated: Manifest.Quantization {
        Manifest.Quantization(
            type: standard.name, rules: rules.map { .init(tensor: $0.pattern.text, type: $0.type.name) })
    }
}

extension YAMLNode {
    // Readers of one value, to be handed on.
    static let text: @Sendable (YAMLNode) throws(ConfigurationError) -> String = { (node) throws(ConfigurationError) in
        try node.string()
    }
    static let inner: @Sendable (YAMLNode) throws(ConfigurationError) -> YAMLMapping = {
        (node) throws(ConfigurationError) in try node.mapping()
    }
    static let version: @Sendable (YAMLNode) throws(ConfigurationError) -> SemanticVersion = {
        (node) throws(ConfigurationError) in try node.semanticVersion()
    }
    static let size: @Sendable (YAMLNode) throws(ConfigurationError) -> Int = { (node) throws(ConfigurationError) in
        try node.bytes()
    }
    static func path(below folder: String) -> (YAMLNode) throws(ConfigurationError) -> String {
        { (node) throws(ConfigurationError) in try node.path(below: folder) }
    }

    /// A name that a model may have.
    func modelName() throws(ConfigurationError) -> String {
        let name = try string()
        guard Manifest.isName(name) else {
            throw invalid(expected: "lower-case letters, digits, '.', '_' and '-', at most 64")
        }
        return name
    }

    /// A type that can be written.
    func elementType() throws(ConfigurationError) -> ElementType {
        let name = try string()
        guard let type = try? ElementType(writable: name) else {
            throw invalid(expected: "one of " + Codec.types.map(\.name).joined(separator: " "))
        }
        return type
    }

    /// A type or a mix.
    func recipeDefault() throws(ConfigurationError) -> Recipe.Default {
        let name = try string()
        guard let standard = try? Recipe.Default(named: name) else {
            throw invalid(expected: "one of " + Recipe.Default.names.joined(separator: " "))
        }
        return standard
    }

    func semanticVersion() throws(ConfigurationError) -> SemanticVersion {
        guard let version = SemanticVersion(try string()) else {
            throw invalid(expected: "a version as 1.2.3, without build metadata")
        }
        return version
    }

    /// A path, absolute or relative to `folder`.
    func path(below folder: String) throws(ConfigurationError) -> String {
        let path = try string()
        guard !path.isEmpty, !path.utf8.contains(0) else { throw invalid(expected: "a path") }
        return path.hasPrefix("/") || folder == "." ? path : folder + "/" + path
    }

    /// Bytes: a number, or one followed by KiB, MiB or GiB.
    func bytes() throws(ConfigurationError) -> Int {
        let text = try string()
        let units = [("KiB", 10), ("MiB", 20), ("GiB", 30)]
        let unit = units.first { text.hasSuffix($0.0) }
        let digits = String(text.dropLast(unit?.0.count ?? 0)).filter { $0 != " " }
        guard let number = Int(digits), number >= 0, number <= (1 << 50) >> (unit?.1 ?? 0) else {
            throw invalid(expected: "bytes, such as 512MiB")
        }
        return number << (unit?.1 ?? 0)
    }
}
