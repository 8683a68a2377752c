import Files
import Inference
import Tensors

extension Quantization {
    /// Writes `plan`, made of `source` with its adapters, to `path`, with blocks chosen by what errors cost on `text`.
    ///
    /// `progress` hears how many of how many bytes are chosen.
    package static func write(
        _ plan: Plan, of source: String, adapters: [String] = [], to path: String, calibratedOn text: CalibrationText,
        threads: Int? = nil, kernels: KernelSet = .fastest,
        progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) async throws -> CalibrationReport {
        var report = CalibrationReport()
        let calibration = Calibration(text: text, threads: threads ?? Processors.count, kernels: kernels)
        try await write(
            plan, to: path, threads: threads,
            finish: { temporary in
                let model = try await LanguageModel.unrounded(
                    source, adapters: adapters, temporaryIn: FileSystem.parent(of: path))
                report = try calibration.improve(temporary, by: model, progress: progress)
            })
        return report
    }
}

/// Rounding by what errors cost on a text: done in place, in a file that plain rounding has written.
///
/// Layer after layer, each on what the layers before it, rounded already, make of the text.
struct Calibration {
    let text: CalibrationText
    let threads: Int
    let kernels: KernelSet

    /// Chooses the blocks of the GGUF file at `path` anew, by the unrounded `model`.
    func improve(
        _ path: String, by model: LanguageModel, progress: (_ done: Int, _ total: Int) -> Void
    ) throws -> CalibrationReport {
        let likeness = try GGUFFile(path: path)
        let file = try OpenFile(updating: path)
        let chunks = try text.chunks(for: model)
        let embedding = try likeness.tensor("token_embd.weight")
        var reading = try PairedReading(
            model, chunks: chunks, embedding: likeness.bytes(of: embedding), type: embedding.type, threads: threads,
            kernels: kernels)
        var report = CalibrationReport()
        report.tokens = chunks.reduce(0) { $0 + $1.count }
        let total = likeness.tensors.reduce(0) { $0 + ($1.name.hasPrefix("blk.") ? $1.range.count : 0) }
        var done = 0
        while let stage = reading.stage {
            for name in stage.tensors {
                try Task.checkCancellation()
                let tensor = try likeness.tensor(name)
                let range = likeness.fileRange(of: tensor)
                var bytes = try file.read(range.count, at: range.lowerBound)
                if let error = try reading.round(as: tensor.type, &bytes) {
                    try file.write(bytes, at: range.lowerBound)
                    report.tensors.append(
                        .init(
                            name: name, type: tensor.type, plain: error.plain / error.scale,
                            calibrated: error.calibrated / error.scale))
                }
                done += range.count
                progress(done, total)
            }
            try reading.advance()
        }
        try file.sync()
        return report
    }
}
