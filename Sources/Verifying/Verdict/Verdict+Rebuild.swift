import Bundles
import Signatures

extension Verdict {
    /// Adds what making the weights once more has found.
    ///
    /// - Parameters:
    ///   - weights: the first difference in their bytes; nil where there is none.
    ///   - sources: what they are made from now, by the names that the provenance uses.
    package mutating func add(rebuilt weights: Reason?, from sources: [String: Digest], of bundle: Bundle) throws {
        let provenance = try Provenance(parsing: try bundle.bytes(of: BundlePath.provenance))
        let found = Self.sourceReasons(provenance, sources: sources) + [weights].compactMap { $0 }
        isRebuilt = found.isEmpty
        reasons = found + reasons
    }

    static func sourceReasons(_ provenance: Provenance, sources: [String: Digest]) -> [Reason] {
        let dependencies = provenance.predicate.buildDefinition.resolvedDependencies
        let stated = Dictionary(
            dependencies.map { ($0.name, $0.digest.sha256) }, uniquingKeysWith: { first, _ in first })
        return Set(stated.keys).union(sources.keys).sorted().compactMap { name in
            switch (stated[name], sources[name]) {
            case (nil, _): .sourceDiffers(name: name, .added)
            case (_, nil): .sourceDiffers(name: name, .gone)
            case (let before, let now): before == now ? nil : .sourceDiffers(name: name, .changed)
            }
        }
    }
}
