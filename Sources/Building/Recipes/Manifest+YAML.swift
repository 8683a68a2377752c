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
