import ArgumentParser
import Bundles
import Deltas
import Tensors
import Verifying

struct DiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Tell what changed from OLD to NEW, and what an update would cost.",
        discussion: """
            Manifest, GGUF keys, chat template, tensors, golden prompts and files of two bundles, packed or unpacked; \
            keys and tensors of two GGUF files. Who signed them is not checked.

            Examples:
              modelpack diff home-1.0.0.modelpack home-1.1.0.modelpack
              modelpack diff old.gguf new.gguf --json
            """)

    @Argument(help: "A bundle or a GGUF file.")
    var old: String

    @Argument(help: "What it becomes.")
    var new: String

    @Flag(help: "Don't make a delta to see how large it is.")
    var noDelta = false

    @OptionGroup var common: CommonOptions

    func run() throws {
        let (before, after) = (try Release(old), try Release(new))
        let change: ReleaseChange
        if let old = before.bundle, let new = after.bundle {
            change = try ReleaseChange(from: old, to: new)
        } else {
            change = ReleaseChange(from: before.weights, to: after.weights)
        }
        let cost = try cost(change, before, after)
        try common.report(
            ReleaseChangeReport(old: before.name, new: after.name, change, cost: cost),
            text: { change.text(from: before.name, to: after.name, cost: cost, $0) })
    }

    /// What a device that has the old release fetches for the new one.
    private func cost(_ change: ReleaseChange, _ before: Release, _ after: Release) throws -> UpdateCost {
        let weights = after.weights.range.count
        let others = change.files.filter { $0.path != BundlePath.weights }.reduce(0) { $0 + ($1.newSize ?? 0) }
        guard !change.tensors.isEmpty || !change.keys.isEmpty else { return UpdateCost(whole: others, delta: nil) }
        var delta: Int?
        if !noDelta {
            var size = 0
            try DeltaMaker(from: before.weights, to: after.weights).write { size += $0.count }
            delta = size + others
        }
        return UpdateCost(whole: weights + others, delta: delta)
    }
}

/// Bytes to fetch, but for metadata.
struct UpdateCost: Encodable, Equatable {
    /// Changed files as they are.
    let whole: Int
    /// With a delta for the weights; nil where none was made.
    let delta: Int?

    enum CodingKeys: String, CodingKey {
        case whole = "whole_bytes"
        case delta = "delta_bytes"
    }
}

/// A bundle or a GGUF file.
private struct Release {
    let name: String
    let bundle: Bundle?
    let weights: GGUFFile

    init(_ path: String) throws {
        weights = try openWeights(path)
        bundle = try isGGUF(path) ? nil : locating(path) { try Bundle(path: path) }
        name = bundle?.manifest.subject ?? path
    }
}
