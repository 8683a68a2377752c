internal import CLibYAML

/// The events of a YAML text, one after the other, as libyaml reports them.
@safe
struct YAMLEvents: ~Copyable {
    /// What stands in the text, without libyaml's pointers.
    enum Event {
        case streamStart, streamEnd, documentStart, documentEnd, alias
        case scalar(String, plain: Bool, Marks)
        case listStart(Marks), listEnd
        case mappingStart(Marks), mappingEnd
    }

    /// The marks on a node that we refuse.
    struct Marks {
        let anchor: Bool
        let tag: Bool
    }

    /// What libyaml says of a text that is no YAML.
    struct Failure: Error {
        let position: ConfigurationError.Position
        let words: String
    }

    // libyaml keeps pointers into the parser and the text, so neither may move.
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let text: UnsafeMutableBufferPointer<UInt8>

    init(_ bytes: String.UTF8View) {
        unsafe parser = .allocate(capacity: 1)
        unsafe text = .allocate(capacity: max(1, bytes.count))
        _ = unsafe text.initialize(from: bytes)
        precondition(unsafe yaml_parser_initialize(parser) == 1, "out of memory")
        // The text lives as long as the parser.
        unsafe yaml_parser_set_input_string(parser, text.baseAddress, bytes.count)
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    }

    deinit {
        unsafe yaml_parser_delete(parser)
        unsafe parser.deallocate()
        unsafe text.deallocate()
    }

    /// The next event and where it begins.
    mutating func next() throws(Failure) -> (Event, ConfigurationError.Position) {
        var event = unsafe yaml_event_t()
        guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw failure }
        // The strings of the event are copied before it is deleted.
        defer { unsafe yaml_event_delete(&event) }
        return unsafe (Event(event), ConfigurationError.Position(event.start_mark))
    }

    private var failure: Failure {
        // libyaml's words are constants, and there is no place in a text that it can't read.
        let words = unsafe parser.pointee.problem.map { unsafe String(cString: $0) } ?? ""
        let isPlaced = unsafe parser.pointee.error != YAML_READER_ERROR
        return unsafe Failure(
            position: isPlaced ? .init(parser.pointee.problem_mark) : .init(line: 1, column: 1), words: words)
    }
}

extension YAMLEvents.Event {
    fileprivate init(_ event: yaml_event_t) {
        // Each member is read only for the type of event that has it.
        switch unsafe event.type {
        case YAML_STREAM_END_EVENT: self = .streamEnd
        case YAML_DOCUMENT_START_EVENT: self = .documentStart
        case YAML_DOCUMENT_END_EVENT: self = .documentEnd
        case YAML_ALIAS_EVENT: self = .alias
        case YAML_SCALAR_EVENT:
            let scalar = unsafe event.data.scalar
            let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            self = unsafe .scalar(
                String(decoding: bytes, as: UTF8.self), plain: scalar.style == YAML_PLAIN_SCALAR_STYLE,
                .init(anchor: scalar.anchor != nil, tag: scalar.tag != nil))
        case YAML_SEQUENCE_START_EVENT:
            let list = unsafe event.data.sequence_start
            self = unsafe .listStart(.init(anchor: list.anchor != nil, tag: list.tag != nil))
        case YAML_SEQUENCE_END_EVENT: self = .listEnd
        case YAML_MAPPING_START_EVENT:
            let mapping = unsafe event.data.mapping_start
            self = unsafe .mappingStart(.init(anchor: mapping.anchor != nil, tag: mapping.tag != nil))
        case YAML_MAPPING_END_EVENT: self = .mappingEnd
        default: self = .streamStart
        }
    }
}

extension ConfigurationError.Position {
    fileprivate init(_ mark: yaml_mark_t) {
        self.init(line: Int(clamping: mark.line) + 1, column: Int(clamping: mark.column) + 1)
    }
}
