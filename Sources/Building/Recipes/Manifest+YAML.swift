import Bundles
import Configuration

extension Manifest.Lineage {
    /// `lineage: {base, previous}`.
    init(_ map: YAMLMapping, _ mistakes: inout Mistakes) {
        var map = map
        self.init(
            base: mistakes.optional("base", of: &map, YAMLNode.text),
            previous: mistakes.optional("previous", of: &map, YAMLNode.text))
        mistakes.finish(map)
    }
}

extension Manifest.Requirements {
    /// `requires: {memory, disk, cpu: [], runtime: [], modelpack}`.
    init(_ map: YAMLMapping, _ mistakes: inout Mistakes) {
        var map = map
        self.init(
            memory: mistakes.optional("memory", of: &map, YAMLNode.size),
            disk: mistakes.optional("disk", of: &map, YAMLNode.size),
            cpu: mistakes.each("cpu", of: &map, YAMLNode.text),
            runtime: mistakes.each("runtime", of: &map, YAMLNode.text),
            modelpack: mistakes.optional("modelpack", of: &map, YAMLNode.version))
        mistakes.finish(map)
    }
}
