import Suites

/// Suites, and a model to ask them.
package struct Subject {
    package let suites: [Suite]
    package let respondent: Respondent

    package init(suites: [Suite], respondent: Respondent) throws(SuiteError) {
        try Suite.checkDistinct(suites)
        self.suites = suites
        self.respondent = respondent
    }
}

/// Gives verdicts. The rules, where no gate is stated:
/// - without a baseline, every prompt must be answered right;
/// - with one, no prompt that the baseline answers may break.
///
/// A gate's limits, if it has any, replace both. Gone and changed prompts are a reason for no either way, unless the gate names them.
package struct Judging {
    let gate: Gate?
    let recording: Recording?
    let skipsGolden: Bool

    package init(gate: Gate?, recording: Recording?, skipsGolden: Bool = false) {
        self.gate = gate
        self.recording = recording
        self.skipsGolden = skipsGolden
    }

    /// - Parameter onPrompt: told how many of how many prompts have been asked.
    package func verdict(
        on candidate: Subject, against baseline: Subject? = nil, onPrompt: (Int, Int) -> Void = { _, _ in }
    ) throws -> Verdict {
        var verdict = Verdict()
        let (golden, differences) = try compareRecording(candidate)
        verdict.golden = golden
        let comparison = baseline.map {
            Comparison(candidate: candidate.suites, baseline: $0.suites, allowing: gate?.changed ?? [])
        }
        let prompts =
            comparison?.prompts ?? candidate.suites.flatMap { suite in suite.prompts.map { (suite.name, $0) } }
        for (index, (suite, prompt)) in prompts.enumerated() {
            onPrompt(index, prompts.count)
            let answer = try candidate.respondent.reply(to: prompt).text
            var baselinePasses: Bool?
            if let baseline { baselinePasses = prompt.mismatch(try baseline.respondent.reply(to: prompt).text) == nil }
            verdict.prompts.append(
                PromptResult(
                    suite: suite, id: prompt.id, tags: prompt.tags, answer: answer, mismatch: prompt.mismatch(answer),
                    baselinePasses: baselinePasses))
        }
        verdict.rates = Self.rates(verdict.prompts)
        let limits = limitReasons(verdict.rates)
        verdict.undecided = limits.undecided
        verdict.reasons =
            differences + promptReasons(verdict.prompts, hasBaseline: baseline != nil)
            + (comparison?.reasons ?? []) + limits.reasons
        return verdict
    }

    /// Is this what was built? Each recorded output must come out again, bit for bit.
    private func compareRecording(_ candidate: Subject) throws -> (GoldenCheck, [Reason]) {
        if skipsGolden { return (.skipped, []) }
        guard let recording else { return (.absent, []) }
        guard recording.arithmetic == Respondent.arithmetic else {
            throw VerifyingError.unknownArithmetic(found: recording.arithmetic, known: [Respondent.arithmetic])
        }
        var prompts: [String: (suite: String, prompt: GoldenPrompt)] = [:]
        for suite in candidate.suites {
            for prompt in suite.prompts { prompts[prompt.id] = (suite.name, prompt) }
        }
        var same = 0
        var reasons: [Reason] = []
        for entry in recording.entries {
            guard let (suite, prompt) = prompts[entry.id], suite == entry.suite else {
                reasons.append(.recordedMissing(suite: entry.suite, id: entry.id))
                continue
            }
            let reply = try candidate.respondent.reply(to: prompt)
            if reply.tokens != entry.tokens {
                reasons.append(.recordedDiffers(suite: suite, id: entry.id, difference: .tokens))
            } else if reply.logits != entry.logits {
                reasons.append(.recordedDiffers(suite: suite, id: entry.id, difference: .logits))
            } else {
                same += 1
            }
        }
        return (.compared(same: same, of: recording.entries.count), reasons)
    }

    private func promptReasons(_ prompts: [PromptResult], hasBaseline: Bool) -> [Reason] {
        guard gate?.limits.isEmpty ?? true else { return [] }
        return prompts.compactMap { prompt in
            guard let mismatch = prompt.mismatch else { return nil }
            if !hasBaseline { return .failed(suite: prompt.suite, id: prompt.id, mismatch) }
            return prompt.baselinePasses == true ? .broke(suite: prompt.suite, id: prompt.id, mismatch) : nil
        }
    }

    private func limitReasons(_ rates: [Rate]) -> (reasons: [Reason], undecided: Int) {
        var reasons: [Reason] = []
        var undecided = 0
        for limit in gate?.limits ?? [] {
            let rate = rates.first { $0.tag == limit.tag } ?? Rate(tag: limit.tag, passed: 0, total: 0, baseline: nil)
            let origin = limit.relative ? rate.baseline : 0
            guard let origin else {
                undecided += 1
                continue
            }
            // Shares are fractions of small numbers; a bound that is met exactly must not fail by a rounding.
            let tolerance = 1e-9
            if let minimum = limit.minimum, rate.share < origin + minimum - tolerance {
                reasons.append(
                    .limit(measure: limit.measure, tag: limit.tag, bound: .minimum(origin + minimum), found: rate.share)
                )
            }
            if let maximum = limit.maximum, rate.share > origin + maximum + tolerance {
                reasons.append(
                    .limit(measure: limit.measure, tag: limit.tag, bound: .maximum(origin + maximum), found: rate.share)
                )
            }
        }
        return (reasons, undecided)
    }

    private static func rates(_ prompts: [PromptResult]) -> [Rate] {
        func rate(_ tag: String?, _ prompts: [PromptResult]) -> Rate {
            let known = prompts.compactMap(\.baselinePasses)
            return Rate(
                tag: tag, passed: prompts.count { $0.mismatch == nil }, total: prompts.count,
                baseline: known.isEmpty ? nil : Double(known.count { $0 }) / Double(known.count))
        }
        let tags = Set(prompts.flatMap(\.tags)).sorted()
        return [rate(nil, prompts)] + tags.map { tag in rate(tag, prompts.filter { $0.tags.contains(tag) }) }
    }
}
