import Bundles
import Configuration

/// The limits that a candidate must keep.
package struct Gate: Sendable, Equatable {
    package var limits: [Manifest.GateLimit]
    /// Prompts that may be gone or changed against the baseline.
    package var changed: Set<String>

    package static let measures = ["pass_rate"]

    package init(limits: [Manifest.GateLimit], changed: Set<String> = []) throws(VerifyingError) {
        for limit in limits where !Self.measures.contains(limit.measure) {
            throw .unknownMeasure(limit.measure, known: Self.measures)
        }
        self.limits = limits
        self.changed = changed
    }

    /// Reads a gate file: `pass_rate: 0.95`, `limits: [{measure, tag, minimum, maximum, relative}]`, `changed: [id]`.
    package init(parsing bytes: [UInt8], file: String) throws {
        var map = try YAMLDocument(parsing: bytes, file: file).root.mapping()
        var limits: [Manifest.GateLimit] = []
        if let node = map.optional("pass_rate") {
            let minimum = try node.number()
            guard (0...1).contains(minimum) else { throw node.invalid(expected: "a number from 0 to 1") }
            limits.append(Manifest.GateLimit(measure: "pass_rate", minimum: minimum))
        }
        for node in try map.optional("limits")?.list() ?? [] { limits.append(try Self.limit(node)) }
        let changed = try map.optional("changed")?.strings() ?? []
        try map.finish()
        try self.init(limits: limits, changed: Set(changed))
    }

    private static func limit(_ node: YAMLNode) throws(ConfigurationError) -> Manifest.GateLimit {
        var map = try node.mapping()
        let limit = Manifest.GateLimit(
            measure: try map.required("measure").string(), tag: try map.optional("tag")?.string(),
            minimum: try map.optional("minimum")?.number(), maximum: try map.optional("maximum")?.number(),
            relative: try map.optional("relative")?.boolean() ?? false)
        try map.finish()
        guard limit.minimum != nil || limit.maximum != nil else { throw node.error(.missing(key: "minimum")) }
        return limit
    }

    /// Whose gate counts: the file's, else the baseline's, else, without a baseline, the candidate's own. The candidate
    /// never judges itself against a baseline. nil means that none is stated, and the strict rule holds (`Judging`).
    package static func chosen(file: Gate?, baseline: Manifest?, candidate: Manifest) throws(VerifyingError) -> Gate? {
        if let file { return file }
        let limits = (baseline ?? candidate).gate
        return limits.isEmpty ? nil : try Gate(limits: limits)
    }
}
