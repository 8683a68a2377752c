import Checkpoints
import Files

extension BuildManifest {
    /// The source with its adapters.
    func checkpoint() throws -> Checkpoint { try Checkpoint(path: source, name: name, adapters: adapters) }

    /// How the checkpoint's tensors become weights, and the older version that they stay near to, if there is one.
    func plan(of checkpoint: Checkpoint) throws -> (plan: Plan, anchor: Anchor?) {
        var plan = try Plan(checkpoint, recipe: recipe)
        guard let anchor else { return (plan, nil) }
        // Calibration spreads a block's error over the ones after it; anchoring would undo that.
        if calibration != nil { throw BuildingError.calibratedAnchor }
        let opened = try Anchor(path: anchor.path, tolerance: anchor.tolerance)
        plan.keep(near: opened)
        return (plan, opened)
    }

    /// The text that the manifest calibrates on, if it does.
    func calibrationText() throws -> CalibrationText? { try calibration.map { try CalibrationText(path: $0) } }

    /// Hands on the bytes of the weights in order, a few megabytes at a time.
    ///
    /// Calibrated ones come by way of a file in `folder`: calibration goes by layers, a bundle by bytes.
    func weights(
        of plan: Plan, calibratedOn text: CalibrationText?, temporaryIn folder: String, _ threads: Int?,
        to receive: ([UInt8]) throws -> Void
    ) async throws {
        guard let text else {
            var conversion = Conversion(plan, threads: threads)
            while let bytes = try await conversion.next() { try receive(bytes) }
            return
        }
        let path = FileSystem.temporaryName(for: folder + "/weights.gguf")
        defer { try? FileSystem.remove(path) }
        _ = try await Quantization.write(
            plan, of: source, adapters: adapters, to: path, calibratedOn: text, threads: threads)
        let file = try OpenFile(reading: path)
        for offset in stride(from: 0, to: plan.layout.size, by: 4 << 20) {
            try receive(try file.read(min(4 << 20, plan.layout.size - offset), at: offset))
        }
    }
}
