import Bundles
// Whoever imports this room knows what its errors are.
@_exported import Failures
import Files
import FoundationEssentials
import Inference
import Signatures
import Suites
import Tensors

/// Verifies bundles, packed or unpacked: trust, structure, recorded outputs, suites, baseline, reference, text, gate.
///
/// Without a gate every prompt must be answered right; with a baseline, none may break that it answers. The calls block,
/// for minutes where many prompts are asked.
public struct Verification: Sendable {
    /// Threads to compute with, from 1 to 1024.
    public var threads: Int
    package var kernels = KernelSet.fastest
    /// Suites to ask beside the bundle's own.
    public var suiteFiles: [String] = []
    package var gate: Gate?
    /// The path of a bundle that this one must not be worse than, or of what `verify --update-baseline` wrote of one.
    public var baseline: String?
    /// What the candidate was made from.
    package var reference: LanguageModel?
    /// A text to foretell, and how many tokens of it are read at once.
    package var text: [UInt8]?
    package var context: Int?
    /// Don't compare what the bundle answers with what was recorded when it was built.
    public var skipsGolden = false
    /// Recompute each member's digest over the whole of it, too.
    public var isThorough = false
    /// A folder where replies are kept from run to run. Who can write there can forge a verdict.
    public var cache: String?
    /// Seconds on a clock that only goes forward; without one no speed is told.
    package var clock: (@Sendable () -> Double)?

    /// A verification that compares recorded outputs and asks the bundle's own suites.
    public init(threads: Int) { self.threads = threads }

    /// Verifies a bundle, packed or unpacked.
    ///
    /// Throws for what can't be trusted (kind `notTrusted`), is damaged, or can't be decided; a failing model is a no.
    ///
    /// - Parameter onProgress: told how many more questions have been answered, of how many in all.
    public func verify(
        _ path: String, signedBy signers: Signers, onProgress: (_ more: Int, _ total: Int) throws -> Void = { _, _ in }
    ) throws -> Outcome {
        try verify(path, policy: signers.policy, at: Date(), onProgress: onProgress)
    }

    /// Asks a bundle, packed or unpacked, its smoke prompts, as a device does before it switches: its bytes are checked,
    /// who signed it and what was recorded of it are not.
    public static func smoke(_ path: String, threads: Int) throws -> Outcome {
        let bundle = try Bundle(path: path, threads: threads)
        return Outcome(bundle: bundle, signers: [], verdict: try smoke(bundle, threads: threads), record: nil)
    }

    /// Throws for what can't be trusted, is damaged, or can't be decided; a failing model is a verdict.
    package func verify(
        _ path: String, policy: Policy, at now: Date? = nil, onProgress: (Int, Int) throws -> Void = { _, _ in }
    ) throws -> Outcome {
        let verified = try Bundle.verify(
            path: path, policy: policy, at: now, thorough: isThorough, threads: threads)
        return try outcome(verified.value, signers: verified.signers, onProgress: onProgress)
    }

    /// Judges an intact bundle; who signed it is not asked.
    package func verdict(on bundle: Bundle, onProgress: (Int, Int) throws -> Void = { _, _ in }) throws -> Verdict {
        try outcome(bundle, signers: [], onProgress: onProgress).verdict
    }

    private func outcome(
        _ bundle: Bundle, signers: [String], onProgress: (Int, Int) throws -> Void
    ) throws -> Outcome {
        if asksNothing(of: bundle) { return try outcomeUnasked(bundle, signers: signers) }
        let extra = try suiteFiles.map { try Suite(path: $0) }
        let candidate = try Party(bundle, extra: extra, self)
        let (baseline, other) = try opponent(extra: extra)
        let gate = try Gate.chosen(file: gate, baseline: baseline?.gate, candidate: bundle.manifest.gate)
        let judging = Judging(gate: gate, recording: try recording(of: bundle), skipsGolden: skipsGolden)
        var verdict = try judging.hear(
            candidate.subject, against: baseline?.kind, reference: try reference.map { try Party($0, self).subject },
            onProgress: onProgress)
        try addWeights(of: candidate, bundle, beside: other, to: &verdict)
        try addTexts(candidate.model, baseline: other?.model, to: &verdict)
        addResources(candidate, baseline: baseline, other, to: &verdict)
        judging.conclude(&verdict)
        let isWhole = !verdict.reasons.contains(where: \.isDamage)
        let own = Set(candidate.subject.suites.flatMap { $0.prompts.map(\.id) })
        let record = BaselineRecord(
            name: bundle.manifest.subject, gate: bundle.manifest.gate, size: candidate.model.file.range.count,
            prompts: verdict.prompts.filter { own.contains($0.id) })
        return Outcome(bundle: bundle, signers: signers, verdict: verdict, record: isWhole ? record : nil)
    }

    /// Whether all is known once the bytes are.
    private func asksNothing(of bundle: Bundle) -> Bool {
        skipsGolden && bundle.manifest.suites.isEmpty && suiteFiles.isEmpty && baseline == nil && reference == nil
            && text == nil
    }

    /// The verdict on a bundle that nobody asks anything, without loading a model.
    private func outcomeUnasked(_ bundle: Bundle, signers: [String]) throws -> Outcome {
        let size = try bundle.weights().range.count
        var verdict = Verdict(rates: Rate.byTag([]))
        verdict.resources = Resources(size: size)
        let gate = try Gate.chosen(file: gate, baseline: nil, candidate: bundle.manifest.gate)
        Judging(gate: gate, recording: nil, skipsGolden: true).conclude(&verdict)
        let record = BaselineRecord(
            name: bundle.manifest.subject, gate: bundle.manifest.gate, size: size, prompts: [])
        return Outcome(bundle: bundle, signers: signers, verdict: verdict, record: record)
    }

    /// Asks an intact bundle its smoke prompts only; recorded outputs are not compared.
    package static func smoke(_ bundle: Bundle, threads: Int) throws -> Verdict {
        let suites = try bundle.suites().map(\.smoke).filter { !$0.prompts.isEmpty }
        let subject = try Subject(
            suites: suites, respondent: Respondent(try bundle.model(), threads: threads), name: bundle.manifest.subject)
        let judging = Judging(gate: nil, recording: nil, skipsGolden: true)
        var verdict = try judging.hear(subject)
        judging.conclude(&verdict)
        return verdict
    }

    private func recording(of bundle: Bundle) throws -> Recording? {
        guard !skipsGolden, bundle.index[BundlePath.recorded] != nil else { return nil }
        return try Recording(parsing: try bundle.bytes(of: BundlePath.recorded), file: BundlePath.recorded)
    }

    /// The baseline with its gate and size, and its model if it is a bundle.
    private func opponent(
        extra: [Suite]
    ) throws -> (baseline: (kind: Baseline, gate: [Manifest.GateLimit], size: Int)?, party: Party?) {
        guard let baseline else { return (nil, nil) }
        if !FileSystem.isDirectory(baseline),
            BaselineRecord.isRecord(try OpenFile(reading: baseline).read(1, at: 0))
        {
            let record = try BaselineRecord(parsing: try FileSystem.read(baseline, limit: 1 << 30), file: baseline)
            return ((.record(record), record.gate, record.size), nil)
        }
        let bundle = try Bundle(path: baseline, threads: threads)
        let party = try Party(bundle, extra: extra, self)
        return ((.model(party.subject), bundle.manifest.gate, party.model.file.range.count), party)
    }

    /// What the weights themselves tell, beside what they should be.
    private func addWeights(
        of candidate: Party, _ bundle: Bundle, beside baseline: Party?, to verdict: inout Verdict
    ) throws {
        if !skipsGolden, !bundle.weightsAreStated() { verdict.reasons.append(.weightsDiffer) }
        let prompts = verdict.prompts.map(\.prompt)
        if let reference {
            let found = try ModelDifference(
                candidate.model, from: reference, .reference, prompts: prompts,
                leeway: bundle.leeway())
            verdict.clues += found.clues
            verdict.reasons += found.clues.map { .reference($0) }
            for index in verdict.comparisons.indices where verdict.comparisons[index].other == .reference {
                verdict.comparisons[index].tensors = found.tensors
            }
        }
        if let baseline {
            verdict.clues += try ModelDifference(candidate.model, from: baseline.model, .baseline, prompts: prompts)
                .clues
        }
    }

    private func addTexts(_ candidate: LanguageModel, baseline: LanguageModel?, to verdict: inout Verdict) throws {
        guard let text else { return }
        let others: [(Comparison.Other, LanguageModel)] =
            [(.baseline, baseline), (.reference, reference)].compactMap { other, model in model.map { (other, $0) } }
        let tokens = candidate.tokens(ofText: text)
        // As long as all of them can read.
        let most = min(candidate.shape.contextLength, others.map(\.1.shape.contextLength).min() ?? .max)
        let context = context ?? min(512, most)
        guard context <= most else { throw VerifyingError.longContext(context, most: most) }
        guard tokens.count >= context else {
            throw VerifyingError.shortText(tokens: tokens.count, context: context)
        }
        for (other, model) in others where model.shape.vocabulary == candidate.shape.vocabulary {
            let found = try candidate.compare(
                with: model, on: tokens, context: context, threads: threads, kernels: kernels)
            verdict.text = found.score
            for index in verdict.comparisons.indices where verdict.comparisons[index].other == other {
                verdict.comparisons[index].text = found
            }
        }
        if verdict.text == nil {
            verdict.text = try candidate.score(tokens, context: context, threads: threads, kernels: kernels)
        }
    }

    private func addResources(
        _ candidate: Party, baseline: (kind: Baseline, gate: [Manifest.GateLimit], size: Int)?, _ other: Party?,
        to verdict: inout Verdict
    ) {
        var resources = Resources(size: candidate.model.file.range.count)
        resources.baselineSize = baseline?.size
        resources.tokensPerSecond = candidate.speed.tokensPerSecond
        resources.baselineTokensPerSecond = other?.speed.tokensPerSecond
        verdict.resources = resources
    }
}
