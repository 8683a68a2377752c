import Bundles
import Checkpoints
import Tensors

/// A manifest's weights made once more, to be compared with a bundle's; nothing is written.
package struct Rebuild: Sendable {
    private let manifest: BuildManifest
    private let checkpoint: Checkpoint
    private let plan: Plan
    private let text: CalibrationText?
    private let anchor: Anchor?

    /// Opens everything that the manifest names.
    package init(_ manifest: BuildManifest) throws {
        try self.init(manifest, checkpoint: manifest.checkpoint(), text: manifest.calibrationText())
    }

    private init(_ manifest: BuildManifest, checkpoint: Checkpoint, text: CalibrationText?) throws {
        self.manifest = manifest
        self.checkpoint = checkpoint
        self.text = text
        (plan, anchor) = try manifest.plan(of: checkpoint)
    }

    /// The same with the types and the tolerance that a bundle's provenance states, if it names this very manifest:
    /// whoever built it may have asked for others (`build --type`), and the signatures cover what the provenance says.
    package func following(_ provenance: Provenance) throws -> Rebuild {
        let stated = provenance.predicate.buildDefinition.externalParameters.recipe
        guard stated.sha256 == manifest.digest else { return self }
        var manifest = manifest
        manifest.recipe = try Recipe(stated.quantization)
        if let tolerance = stated.anchorTolerance { manifest.anchor?.tolerance.weight = tolerance }
        return try Rebuild(manifest, checkpoint: checkpoint, text: text)
    }

    /// The tensors that the file will have, in its order.
    package var tensors: [TensorInfo] { plan.layout.tensors }

    /// Every file that the weights are made from, by its name in the provenance.
    package func sources() async throws -> [SourceDigest] {
        try await SourceDigest.of(checkpoint.files) + [text?.source, anchor?.source].compactMap(\.self)
    }

    /// Hands on the file's bytes in order, a few megabytes at a time; calibrated ones need a file in `folder` meanwhile.
    package func weights(temporaryIn folder: String, threads: Int? = nil, to receive: ([UInt8]) -> Void) async throws {
        try await manifest.weights(of: plan, calibratedOn: text, temporaryIn: folder, threads, to: receive)
    }
}
