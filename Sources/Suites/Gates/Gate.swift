package import Bundles
import Configuration
import Failures

/// The limits that a candidate must keep.
package struct Gate: Sendable, Equatable {
    package var limits: [Manifest.GateLimit]
    /// Prompts that may be gone or changed against the baseline.
    package var changed: Set<String>

    package init(limits: [Manifest.GateLimit], changed: Set<String> = []) throws(GateError) {
        for limit in limits where Measure(rawValue: limit.measure) == nil {
            throw .unknownMeasure(limit.measure, known: Measure.names)
        }
        self.limits = limits
        self.changed = changed
    }

    /// Reads a gate file: `pass_rate: 0.95`, `limits: [{measure, …}]`, `changed: [id]`.
    package init(parsing bytes: [UInt8], file: String) throws {
        var map = try YAMLDocument(parsing: bytes, file: file).root.mapping()
        var limits: [Manifest.GateLimit] = []
        if let node = map.optional("pass_rate") {
            let minimum = try node.number()
            guard (0...1).contains(minimum) else { throw node.invalid(expected: "a number from 0 to 1") }
            limits.append(Manifest.GateLimit(measure: Measure.passRate.rawValue, minimum: minimum))
        }
        for node in try map.optional("limits")?.list() ?? [] { limits.append(try Self.limit(node)) }
        let changed = try map.optional("changed")?.strings() ?? []
        try map.finish()
        try self.init(limits: limits, changed: Set(changed))
    }

    /// Reads `{measure, tag, minimum, maximum, relative, against, sample}`, in a gate file or a build's manifest.
    package static func limit(_ node: YAMLNode) throws(ConfigurationError) -> Manifest.GateLimit {
        var map = try node.mapping()
        let name = try map.required("measure")
        guard let measure = Measure(rawValue: try name.string()) else {
            throw name.invalid(expected: "one of " + Measure.names.joined(separator: ", "))
        }
        let tag = map.optional("tag"), relative = map.optional("relative"), against = map.optional("against")
        let limit = Manifest.GateLimit(
            measure: measure.rawValue, tag: try tag?.string(), minimum: try map.optional("minimum")?.number(),
            maximum: try map.optional("maximum")?.number(), relative: try relative?.boolean() ?? false,
            against: try against?.string(), sample: try map.optional("sample")?.boolean())
        try map.finish()
        guard limit.minimum != nil || limit.maximum != nil else { throw node.error(.missing(key: "minimum")) }
        if let tag, !measure.hasTags { throw tag.invalid(expected: "left out: \(measure.rawValue) knows no tags") }
        if let relative, limit.relative, !measure.hasBaselineValue {
            throw relative.invalid(expected: "false: \(measure.rawValue) compares by itself")
        }
        if let against, let other = limit.against {
            guard measure.compares else {
                throw against.invalid(expected: "left out: \(measure.rawValue) compares with no other model")
            }
            guard ["baseline", "reference"].contains(other) else {
                throw against.invalid(expected: "baseline or reference")
            }
        }
        return limit
    }

    /// Whose gate counts: the file's, else the baseline's, else, without a baseline, the candidate's own. The candidate
    /// never judges itself against a baseline. nil means that none is stated, and the strict rule holds.
    package static func chosen(
        file: Gate?, baseline: [Manifest.GateLimit]?, candidate: [Manifest.GateLimit]
    ) throws(GateError) -> Gate? {
        if let file { return file }
        let limits = baseline ?? candidate
        return limits.isEmpty ? nil : try Gate(limits: limits)
    }
}

/// A gate that this version can't apply.
package enum GateError: Error, Equatable {
    /// It limits what this version does not measure.
    case unknownMeasure(String, known: [String])
}

extension GateError: ModelpackError {
    package var kind: FailureKind { .damaged }
}
