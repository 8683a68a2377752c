import Checkpoints
import Tensors

/// A manifest's weights made once more, to be compared with a bundle's; nothing is written.
package struct Rebuild: Sendable {
    private let checkpoint: Checkpoint
    private let plan: Plan

    /// Opens everything that the manifest names.
    package init(_ manifest: BuildManifest) throws {
        checkpoint = try manifest.checkpoint()
        plan = try Plan(checkpoint, recipe: manifest.recipe)
    }

    /// The tensors that the file will have, in its order.
    package var tensors: [TensorInfo] { plan.layout.tensors }

    /// Every file that the weights are made from, by its name in the provenance.
    package func sources() async throws -> [SourceDigest] { try await SourceDigest.of(checkpoint.files) }

    /// Hands on the file's bytes in order, a few megabytes at a time.
    package func weights(threads: Int? = nil, to receive: ([UInt8]) -> Void) async throws {
        var conversion = Conversion(plan, threads: threads)
        while let bytes = try await conversion.next() { receive(bytes) }
    }
}

extension BuildManifest {
    /// The source with its adapters.
    func checkpoint() throws -> Checkpoint { try Checkpoint(path: source, name: name, adapters: adapters) }
}
