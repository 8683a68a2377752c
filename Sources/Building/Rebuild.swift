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
        self.manifest = manifest
        checkpoint = try manifest.checkpoint()
        text = try manifest.calibrationText()
        (plan, anchor) = try manifest.plan(of: checkpoint)
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
