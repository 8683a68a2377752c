import Bundles
import Configuration

extension Manifest.Lineage {
    /// `lineage: {base, previous}`.
    init(_ node: YAMLNode) throws(ConfigurationError) {
        var map = try node.mapping()
        self.init(base: try map.optional("base")?.string(), previous: try map.optional("previous")?.string())
        try map.finish()
    }
}

extension Manifest.Requirements {
    /// `requires: {memory, disk, cpu: [], runtime: [], modelpack}`.
    init(_ node: YAMLNode) throws(ConfigurationError) {
        var map = try node.mapping()
        self.init(
            memory: try map.optional("memory")?.bytes(), disk: try map.optional("disk")?.bytes(),
            cpu: try map.optional("cpu")?.strings() ?? [], runtime: try map.optional("runtime")?.strings() ?? [],
            modelpack: try map.optional("modelpack")?.semanticVersion())
        try map.finish()
    }
}

extension Manifest.GateLimit {
    /// `gate: [{measure, tag, minimum, maximum, relative}]`; each limit needs a bound.
    static func list(_ node: YAMLNode?) throws(ConfigurationError) -> [Self] {
        var limits: [Self] = []
        for node in try node?.list() ?? [] {
            var map = try node.mapping()
            let limit = Self(
                measure: try map.required("measure").string(), tag: try map.optional("tag")?.string(),
                minimum: try map.optional("minimum")?.number(), maximum: try map.optional("maximum")?.number(),
                relative: try map.optional("relative")?.boolean() ?? false)
            try map.finish()
            guard limit.minimum != nil || limit.maximum != nil else {
                throw node.error(.missing(key: "minimum"))
            }
            limits.append(limit)
        }
        return limits
    }
}
