/// Runs a template's statements within limits.
struct TemplateRenderer {
    /// What the statements have written.
    var output = ""
    var scope: TemplateScope
    let now: TemplateTime?
    private(set) var objects: [TemplateObject] = []
    private var steps = 0
    private var work = 0
    private var depth = 0

    init(globals: [String: TemplateValue], now: TemplateTime?) {
        scope = TemplateScope(globals, outer: nil)
        self.now = now
    }

    mutating func render(_ body: TemplateBody) throws(TemplateError) -> String {
        _ = try run(body)
        return output
    }

    /// Counts a node evaluated.
    mutating func step(_ position: TemplatePosition) throws(TemplateError) {
        steps += 1
        guard steps <= TemplateLimit.steps else { throw limit("steps", TemplateLimit.steps, position) }
    }

    /// Counts bytes or elements that an operation makes or reads.
    mutating func charge(_ size: Int, _ position: TemplatePosition) throws(TemplateError) {
        let (sum, overflow) = work.addingReportingOverflow(size)
        guard !overflow, sum <= TemplateLimit.work else {
            throw limit("bytes of work", TemplateLimit.work, position)
        }
        work = sum
    }

    /// Counts a text before it is made, of `count` times `size` bytes.
    mutating func reserve(_ size: Int, times count: Int = 1, _ position: TemplatePosition) throws(TemplateError) {
        let (bytes, overflow) = size.multipliedReportingOverflow(by: max(count, 0))
        guard !overflow, bytes <= TemplateLimit.text else { throw limit("bytes of text", TemplateLimit.text, position) }
        try charge(bytes, position)
    }

    mutating func enter(_ position: TemplatePosition) throws(TemplateError) {
        guard depth < TemplateLimit.depth else { throw limit("levels of depth", TemplateLimit.depth, position) }
        depth += 1
    }

    mutating func exit() { depth -= 1 }

    func limit(_ what: String, _ limit: Int, _ position: TemplatePosition) -> TemplateError {
        TemplateError(position: position, problem: .limit(what, limit))
    }

    func wrongType(_ operation: String, _ value: TemplateValue, _ position: TemplatePosition) -> TemplateError {
        if case .undefined(let name) = value { return TemplateError(position: position, problem: .undefined(name)) }
        return TemplateError(position: position, problem: .wrongType(operation: operation, found: value.typeName))
    }

    mutating func make(_ object: TemplateObject, _ kind: TemplateObjectKind) -> TemplateValue {
        objects.append(object)
        return .object(objects.count - 1, kind)
    }

    mutating func change(_ number: Int, to object: TemplateObject) { objects[number] = object }
}
