import Bundles
import Files
import FoundationEssentials
import Inference
import Signatures
import Suites
import Tensors

/// Verifies bundles, packed or unpacked: trust, structure, recorded outputs, suites, baseline, gate.
package struct Verification {
    package var threads: Int
    /// Suites to ask beside the bundle's own.
    package var suiteFiles: [String] = []
    package var gate: Gate?
    package var baseline: String?
    package var skipsGolden = false
    package var isThorough = false

    package init(threads: Int) { self.threads = threads }

    package struct Outcome: Sendable {
        package let bundle: Bundle
        package let signers: [String]
        package let verdict: Verdict
    }

    /// Throws for what can't be trusted, is damaged, or can't be decided; a failing model is a verdict.
    package func verify(
        _ path: String, policy: Policy, at now: Date? = nil, onPrompt: (Int, Int) -> Void = { _, _ in }
    ) throws -> Outcome {
        let verified = try Bundle.verify(
            path: path, policy: policy, at: now, thorough: isThorough, threads: threads)
        let verdict = try verdict(on: verified.value, onPrompt: onPrompt)
        return Outcome(bundle: verified.value, signers: verified.signers, verdict: verdict)
    }

    /// Judges an intact bundle; who signed it is not asked.
    package func verdict(on bundle: Bundle, onPrompt: (Int, Int) -> Void = { _, _ in }) throws -> Verdict {
        let baseline = try baseline.map { try Bundle(path: $0, threads: threads) }
        let extra = try suiteFiles.map { try Suite(parsing: try FileSystem.read($0), name: $0) }
        return try judging(bundle, baseline: baseline?.manifest).verdict(
            on: try subject(bundle, extra: extra), against: try baseline.map { try subject($0, extra: extra) },
            onPrompt: onPrompt)
    }

    /// Asks an intact bundle its smoke prompts only; recorded outputs are not compared.
    package static func smoke(_ bundle: Bundle, threads: Int) throws -> Verdict {
        let suites = try bundle.suites().map(\.smoke).filter { !$0.prompts.isEmpty }
        let subject = try Subject(suites: suites, respondent: try bundle.respondent(threads: threads))
        return try Judging(gate: nil, recording: nil, skipsGolden: true).verdict(on: subject)
    }

    private func judging(_ bundle: Bundle, baseline: Manifest?) throws -> Judging {
        var recording: Recording?
        if !skipsGolden, bundle.index[BundlePath.recorded] != nil {
            recording = try Recording(parsing: try bundle.bytes(of: BundlePath.recorded), file: BundlePath.recorded)
        }
        let gate = try Gate.chosen(file: gate, baseline: baseline, candidate: bundle.manifest)
        return Judging(gate: gate, recording: recording, skipsGolden: skipsGolden)
    }

    private func subject(_ bundle: Bundle, extra: [Suite]) throws -> Subject {
        try Subject(suites: try bundle.suites() + extra, respondent: try bundle.respondent(threads: threads))
    }
}

extension Bundle {
    /// The golden suites that the manifest names.
    func suites() throws -> [Suite] {
        try manifest.suites.map { try Suite(parsing: try bytes(of: $0), name: $0) }
    }

    /// Asks the bundle's own model, mapped in place.
    func respondent(threads: Int) throws -> Respondent {
        let location = try location(of: BundlePath.weights)
        let file = try GGUFFile(file: location.file, range: location.range)
        return Respondent(try LanguageModel(file), threads: threads)
    }
}
