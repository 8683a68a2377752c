/// A YAML text that a person wrote, read strictly: one document, no anchors, no tags, no key twice.
package struct YAMLDocument: Sendable {
    package let root: YAMLNode

    /// No file that people write for us comes near it.
    package static let maximumBytes = 1 << 20
    /// How deep lists and mappings may stand in each other.
    package static let maximumDepth = 64

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
        var reader = YAMLReader(events: YAMLEvents(text.utf8), file: file)
        root = try reader.document()
    }
}

/// Makes nodes of events, by recursive descent with a limit of depth.
private struct YAMLReader: ~Copyable {
    var events: YAMLEvents
    let file: String

    mutating func document() throws(ConfigurationError) -> YAMLNode {
        let start = try next().position
        guard case (.documentStart, _) = try next() else { throw error(.empty, at: start) }
        let root = try node(try next(), depth: 0)
        _ = try next()  // The document's end.
        let (event, position) = try next()
        guard case .streamEnd = event else { throw error(.syntax("but found another document"), at: position) }
        return root
    }

    private mutating func next() throws(ConfigurationError) -> (event: YAMLEvents.Event, position: Position) {
        do throws(YAMLEvents.Failure) {
            return try events.next()
        } catch let failure {
            throw error(.syntax(failure.words), at: failure.position)
        }
    }

    private typealias Position = ConfigurationError.Position

    private func error(_ problem: ConfigurationError.Problem, at position: Position) -> ConfigurationError {
        ConfigurationError(file: file, position: position, problem: problem)
    }

    /// The node that begins with `first`.
    private mutating func node(
        _ first: (event: YAMLEvents.Event, position: Position), depth: Int
    ) throws(ConfigurationError) -> YAMLNode {
        let position = first.position
        guard depth <= YAMLDocument.maximumDepth else {
            throw error(.tooDeep(limit: YAMLDocument.maximumDepth), at: position)
        }
        let content: YAMLNode.Content
        switch first.event {
        case .scalar(let text, let plain, let marks):
            try refuse(marks, at: position)
            content = .scalar(text, plain: plain)
        case .listStart(let marks):
            try refuse(marks, at: position)
            content = .list(try list(depth: depth + 1))
        case .mappingStart(let marks):
            try refuse(marks, at: position)
            content = .mapping(try mapping(depth: depth + 1))
        default: throw error(.notSupported(.anchor), at: position)  // An alias: nothing else can stand here.
        }
        return YAMLNode(file: file, position: position, content: content)
    }

    private func refuse(_ marks: YAMLEvents.Marks, at position: Position) throws(ConfigurationError) {
        if marks.anchor { throw error(.notSupported(.anchor), at: position) }
        if marks.tag { throw error(.notSupported(.tag), at: position) }
    }

    private mutating func list(depth: Int) throws(ConfigurationError) -> [YAMLNode] {
        var nodes: [YAMLNode] = []
        while true {
            let first = try next()
            if case .listEnd = first.event { return nodes }
            nodes.append(try node(first, depth: depth))
        }
    }

    private mutating func mapping(
        depth: Int
    ) throws(ConfigurationError) -> [(key: String, position: Position, value: YAMLNode)] {
        var entries: [(key: String, position: Position, value: YAMLNode)] = []
        var places: [String: Position] = [:]
        while true {
            let first = try next()
            if case .mappingEnd = first.event { return entries }
            let key = try node(first, depth: depth)
            guard case .scalar(let name, _) = key.content else { throw key.error(.notSupported(.keyThatIsNoText)) }
            if let place = places.updateValue(key.position, forKey: name) {
                throw error(.duplicate(key: name), at: place)
            }
            entries.append((name, key.position, try node(try next(), depth: depth)))
        }
    }
}
