import Yams

/// A YAML text that a person wrote, read strictly: one document, no anchors, no tags, no key twice.
package struct YAMLDocument: Sendable {
    package let root: YAMLNode

    /// No file that people write for us comes near it.
    package static let maximumBytes = 1 << 20

    /// Reads UTF-8; `file` is only named in errors.
    package init(parsing bytes: [UInt8], file: String) throws(ConfigurationError) {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ConfigurationError(file: file, position: .init(line: 1, column: 1), problem: .notUTF8)
        }
        try self.init(parsing: text, file: file)
    }

    package init(parsing text: String, file: String) throws(ConfigurationError) {
        let start = ConfigurationError.Position(line: 1, column: 1)
        guard text.utf8.count <= Self.maximumBytes else {
            throw ConfigurationError(file: file, position: start, problem: .tooLong(limit: Self.maximumBytes))
        }
        do {
            // Nodes hold their anchors weakly; the parser owns them. Types are the reader's to expect, hence `basic`.
            let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
            let node = try parser.singleRoot()
            root = try withExtendedLifetime(parser) {
                guard let node else { throw ConfigurationError(file: file, position: start, problem: .empty) }
                return try YAMLNode(node, file: file)
            }
        } catch let error as ConfigurationError {
            throw error
        } catch {
            throw ConfigurationError(error, file: file)
        }
    }
}

extension YAMLNode {
    fileprivate init(_ node: Node, file: String) throws(ConfigurationError) {
        let position = ConfigurationError.Position(node.mark)
        func refuse(_ feature: ConfigurationError.Feature) -> ConfigurationError {
            ConfigurationError(file: file, position: position, problem: .notSupported(feature))
        }
        guard node.anchor == nil else { throw refuse(.anchor) }
        guard Self.impliedTags.contains(node.tag.rawValue) else { throw refuse(.tag) }
        self.file = file
        self.position = position
        switch node {
        case .scalar(let scalar):
            content = .scalar(scalar.string, plain: scalar.style == .plain)
        case .sequence(let sequence):
            var nodes: [YAMLNode] = []
            for element in sequence { nodes.append(try YAMLNode(element, file: file)) }
            content = .list(nodes)
        case .mapping(let mapping):
            var entries: [(key: String, position: ConfigurationError.Position, value: YAMLNode)] = []
            for (key, value) in mapping {
                let key = try YAMLNode(key, file: file)
                guard case .scalar(let name, _) = key.content else { throw key.error(.notSupported(.keyThatIsNoText)) }
                entries.append((name, key.position, try YAMLNode(value, file: file)))
            }
            content = .mapping(entries)
        case .alias:
            throw refuse(.anchor)
        }
    }

    /// What a node without an explicit tag resolves to.
    private static let impliedTags: Set = [
        "tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map",
    ]
}

extension ConfigurationError.Position {
    fileprivate init(_ mark: Mark?) {
        self.init(line: mark?.line ?? 1, column: mark?.column ?? 1)
    }
}

extension ConfigurationError {
    /// What Yams says, with its place where it knows one.
    fileprivate init(_ error: any Error, file: String) {
        let (mark, problem): (Mark?, Problem) =
            switch error {
            case YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
                YamlError.composer(_, let problem, let mark, _):
                (mark, .syntax(problem))
            case YamlError.reader(let problem, _, _, _): (nil, .syntax(problem))
            case YamlError.duplicatedKeysInMapping(let keys, let context):
                (context.mark, .duplicate(key: keys.first ?? ""))
            default: (nil, .syntax("\(error)"))
            }
        self.init(file: file, position: Position(mark), problem: problem)
    }
}
