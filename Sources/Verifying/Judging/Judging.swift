import Inference
import Suites

/// Gives verdicts. The rules, where no gate is stated:
/// - without a baseline, every prompt must be answered right;
/// - with one, no prompt that the baseline answers may break.
///
/// A gate's limits, if it has any, replace both. Gone and changed prompts are a reason for no either way, unless the gate
/// names them; so is whatever shows that the weights are not what was built, or no rounding of the reference.
package struct Judging {
    let gate: Gate?
    let recording: Recording?
    let skipsGolden: Bool

    package init(gate: Gate?, recording: Recording?, skipsGolden: Bool = false) {
        self.gate = gate
        self.recording = recording
        self.skipsGolden = skipsGolden
    }

    /// Asks all suites and judges the answers; what else is known of the candidate is added with `conclude`.
    ///
    /// - Parameter onProgress: told how many more questions have been answered each time, of how many in all.
    package func hear(
        _ candidate: Subject, against baseline: Baseline? = nil, reference: Subject? = nil,
        onProgress: (Int, Int) throws -> Void = { _, _ in }
    ) throws -> Verdict {
        if let recording, !skipsGolden, recording.arithmetic != Respondent.arithmetic {
            throw VerifyingError.unknownArithmetic(found: recording.arithmetic, known: [Respondent.arithmetic])
        }
        let difference = baseline.map {
            SuiteDifference(candidate: candidate.suites, baseline: $0.suites, allowing: gate?.changed ?? [])
        }
        let prompts =
            difference?.prompts ?? candidate.suites.flatMap { suite in suite.prompts.map { (suite.name, $0) } }
        var verdict = Verdict()
        try withoutActuallyEscaping(onProgress) { onProgress in
            var asked: Respondent?
            if case .model(let subject) = baseline { asked = subject.respondent }
            let hearing = Hearing(
                candidate: candidate.respondent, baseline: asked, reference: reference?.respondent,
                onProgress: onProgress)
            let testimony = try hearing.hear(prompts.map(\.prompt))
            for (index, (suite, prompt)) in prompts.enumerated() {
                var theirs = asked == nil ? nil : testimony.baselineReplies[index]
                if case .record(let record) = baseline { theirs = record.reply(to: prompt) }
                verdict.prompts.append(
                    PromptResult(suite: suite, prompt: prompt, reply: testimony.replies[index], baseline: theirs))
            }
            if case .model(let subject) = baseline {
                verdict.comparisons.append(comparison(.baseline, subject, verdict.prompts, testimony))
            }
            if let reference {
                verdict.comparisons.append(comparison(.reference, reference, verdict.prompts, testimony))
            }
        }
        let (golden, differences) = compareRecording(candidate, verdict.prompts)
        verdict.golden = golden
        verdict.rates = Rate.byTag(verdict.prompts)
        verdict.reasons = differences + (difference?.reasons ?? [])
        return verdict
    }

    private func comparison(
        _ other: Comparison.Other, _ subject: Subject, _ prompts: [PromptResult], _ testimony: Hearing.Testimony
    ) -> Comparison {
        let found = testimony.comparisons[other] ?? []
        return Comparison(
            other, name: subject.name,
            prompts: zip(prompts, found).compactMap { prompt, tokens in
                tokens.map { PromptComparison(suite: prompt.suite, id: prompt.id, tags: prompt.tags, tokens: $0) }
            })
    }

    /// Is this what was built? Each recorded output must come out again, bit for bit.
    private func compareRecording(_ candidate: Subject, _ prompts: [PromptResult]) -> (GoldenCheck, [Reason]) {
        if skipsGolden { return (.skipped, []) }
        guard let recording else { return (.absent, []) }
        let own = Set(candidate.suites.flatMap { $0.prompts.map(\.id) })
        var replies: [String: PromptResult] = [:]
        // Where the baseline has a prompt otherwise, the candidate's own comes first.
        for prompt in prompts where own.contains(prompt.id) && replies[prompt.id] == nil { replies[prompt.id] = prompt }
        var same = 0
        var reasons: [Reason] = []
        for entry in recording.entries {
            guard let prompt = replies[entry.id], prompt.suite == entry.suite else {
                reasons.append(.recordedMissing(suite: entry.suite, id: entry.id))
                continue
            }
            if prompt.reply.tokens != entry.tokens {
                reasons.append(.recordedDiffers(suite: entry.suite, id: entry.id, difference: .tokens))
            } else if prompt.reply.logits != entry.logits {
                reasons.append(.recordedDiffers(suite: entry.suite, id: entry.id, difference: .logits))
            } else {
                same += 1
            }
        }
        return (.compared(same: same, of: recording.entries.count), reasons)
    }

    /// Applies the gate to all that was found, and puts the reasons in order, the worst first.
    package func conclude(_ verdict: inout Verdict) {
        verdict.limits = (gate?.limits ?? []).map { LimitResult($0, found: verdict.estimate($0)) }
        verdict.reasons += promptReasons(verdict)
        verdict.reasons += verdict.limits.filter { $0.outcome == .broken }.map { .limit($0) }
        let ranked = verdict.reasons.enumerated().map { place, reason in (reason, reason.rank, place) }
        let ordered = ranked.sorted { ($0.1.kind, $0.1.fall, $0.2) < ($1.1.kind, $1.1.fall, $1.2) }
        verdict.reasons = ordered.map(\.0)
    }

    private func promptReasons(_ verdict: Verdict) -> [Reason] {
        guard gate?.limits.isEmpty ?? true else { return [] }
        let fallen = verdict.rates.filter { $0.tag != nil && $0.hasFallen }.map { Reason.fell($0) }
        let prompts: [Reason] = verdict.prompts.compactMap { prompt in
            guard let mismatch = prompt.mismatch else { return nil }
            guard let baseline = prompt.baseline else { return .failed(suite: prompt.suite, id: prompt.id, mismatch) }
            return baseline.passes ? .broke(suite: prompt.suite, id: prompt.id, mismatch) : nil
        }
        return fallen + prompts
    }
}

extension Reason {
    /// What is damaged before what is forged, before what is worse; within that, the larger fall.
    fileprivate var rank: (kind: Int, fall: Double) {
        switch self {
        case .weightsDiffer: (0, 0)
        case .rebuiltDiffers, .sourceDiffers: (1, 0)
        case .recordedDiffers, .recordedMissing: (2, 0)
        case .reference: (3, 0)
        case .limit(let result): (4, -result.excess)
        case .fell(let rate): (4, rate.difference?.value ?? 0)
        case .broke: (5, 0)
        case .gone: (6, 0)
        case .changed: (7, 0)
        case .failed: (8, 0)
        }
    }
}
